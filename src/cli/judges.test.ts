import { describe, expect, it } from "vitest";
import { type Catalog, CatalogSchema } from "../domain/model.ts";
import { SuiteSchema } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import { findModel } from "../suite/project.ts";
import { benchFact, chooseBench, retiresSoon } from "./judges.ts";
import type { Keys } from "./keys.ts";

const NOW = Date.parse("2026-11-22T00:00:00Z");
const model = (id: string, family: string, more: object = {}) => ({ id, provider: "p", model: id, family, ...more });

const catalog: Catalog = CatalogSchema.parse({
  providers: { p: { dialect: "openai" } },
  models: [
    model("a1", "a"),
    model("a2", "a"),
    model("b1", "b"),
    model("c1", "c"),
    model("d1", "d", { retiresOn: "2027-05-01" }),
  ],
  judges: ["a1", "b1", "c1", "d1"],
});
const keys = { of: () => "key" } as unknown as Keys;

function benchFor(candidates: readonly string[], changes: Partial<Parameters<typeof chooseBench>[0]> = {}) {
  const panel = changes.suite;
  return chooseBench({
    catalog,
    suite: panel ?? suiteOf({}),
    candidates: candidates.map((id) => ({ id, model: findModel(catalog, id), variant: "default" })),
    keys,
    allowRelated: false,
    asked: undefined,
    now: NOW,
    ...changes,
  });
}

function suiteOf(options: object) {
  const scorers = [{ name: "judge", rule: "judge", options }];
  return SuiteSchema.parse({ id: "s", title: "S", dataset: "s.jsonl", scale: "graded", scorers });
}

const names = (chosen: ReturnType<typeof chooseBench>) => chosen.bench?.models.map(({ id }) => id);

describe("who judges", () => {
  it("is the first judge of a family that is not compared", () => {
    expect(names(benchFor(["a1", "a2"]))).toEqual(["b1"]);
    expect(names(benchFor(["a2", "b1"]))).toEqual(["c1"]);
  });

  it("is a panel of three families where every family is compared", () => {
    const chosen = benchFor(["a1", "b1", "c1"]);
    expect(names(chosen)).toEqual(["a1", "b1", "c1"]);
    expect(benchFact(chosen.bench)).toEqual({
      model: "a1 + b1 + c1",
      family: "a + b + c",
      related: false,
      panel: [
        { model: "a1", family: "a" },
        { model: "b1", family: "b" },
        { model: "c1", family: "c" },
      ],
    });
  });

  it("is a panel where the suite asks for one, unrelated judges first", () => {
    expect(names(benchFor(["a1", "a2"], { suite: suiteOf({ panel: "majority" }) }))).toEqual(["b1", "c1", "a1"]);
  });

  it("is nobody without three families, and says why", () => {
    const two: Catalog = { ...catalog, judges: ["a1", "b1", "d1"] };
    const chosen = benchFor(["a1", "b1"], { catalog: two });
    expect(chosen.bench).toBeUndefined();
    expect(chosen.reason).toBe(
      "no judge at hand whose family differs from every candidate's, and no panel of 3 families (d1 retires within 6 months)",
    );
  });

  it("is a related one where that is allowed", () => {
    const two: Catalog = { ...catalog, judges: ["a1", "b1"] };
    const chosen = benchFor(["a1", "b1"], { catalog: two, allowRelated: true });
    expect(chosen.bench).toMatchObject({ related: true, models: [{ id: "a1" }] });
  });

  it("is never one by default that retires within half a year of the run's clock", () => {
    const only: Catalog = { ...catalog, judges: ["d1"] };
    expect(names(benchFor(["a1", "b1"], { catalog: only }))).toBeUndefined();
    expect(names(benchFor(["a1", "b1"], { catalog: only, now: Date.parse("2026-10-31T00:00:00Z") }))).toEqual(["d1"]);
  });

  it("is who was named, even one that retires soon", () => {
    expect(names(benchFor(["a1", "b1"], { asked: ["d1"] }))).toEqual(["d1"]);
    expect(names(benchFor(["a1", "a2"], { asked: ["b1", "c1", "d1"] }))).toEqual(["b1", "c1", "d1"]);
  });

  it("refuses a named judge of a compared family", () => {
    expect(() => benchFor(["a1", "b1"], { asked: ["a2"] })).toThrow(UserError);
    expect(() => benchFor(["a1", "b1"], { asked: ["a2"] })).toThrow(/--judge: a2: of the family of a compared model/);
    expect(benchFor(["a1", "b1"], { asked: ["a2"], allowRelated: true }).bench?.related).toBe(true);
  });
});

describe("retiresSoon", () => {
  it.each([
    ["2027-05-22", false],
    ["2027-05-21", true],
    ["2026-01-01", true],
    [undefined, false],
  ])("for %s is %s", (retiresOn, soon) => {
    expect(retiresSoon(retiresOn === undefined ? {} : { retiresOn }, NOW)).toBe(soon);
  });
});
