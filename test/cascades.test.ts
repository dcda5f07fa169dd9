import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DecisionSchema } from "../src/domain/decision.ts";
import { CATALOG, makeProject, ROOT, signalbox } from "./project.ts";

const DOCS = readFileSync(join(ROOT, "docs/cascades.md"), "utf8");
const SUITE = (/```ts\n([\s\S]*?)```/.exec(DOCS)?.[1] ?? "").replace("../src/suite", join(ROOT, "src/suite"));
const CASES = 240;

/** A dear model that is right, and a cheap one that errs in every fifth case and is not sure of it there. */
function recorded(): string {
  return Array.from({ length: CASES }, (_, at) => {
    const errs = at % 5 === 2;
    return [
      { model: "today", case: `m${at}`, output: "cross\nSure: 95 %", costUsd: 0.01, latencyMs: 2_000 },
      {
        model: "cheaper",
        case: `m${at}`,
        output: errs ? "glad\nSure: 40 %" : at % 7 === 0 ? "cross\nsure: 100 %" : "cross\nSure: 90 %",
        costUsd: 0.001,
        latencyMs: 400,
      },
    ];
  })
    .flat()
    .map((line) => JSON.stringify(line))
    .join("\n");
}

it("a stated confidence, as docs/cascades.md shows it, sends the unsure answers on", async () => {
  using project = makeProject({
    "evals/mood.ts": SUITE,
    "datasets/mood.jsonl": Array.from({ length: CASES }, (_, at) =>
      JSON.stringify({ id: `m${at}`, input: `Message ${at}.`, target: { label: "cross" } }),
    ).join("\n"),
    "recorded.jsonl": recorded(),
    "models.yaml": CATALOG,
  });
  const { code, out, err } = await signalbox(project.root, [
    "eval",
    "mood",
    "--replay",
    "recorded.jsonl",
    "--incumbent",
    "today",
  ]);
  expect(code, err).toBe(0);
  expect(out).toMatch(/Cascade: cheaper first, today where sure is below 0\.9\. It holds: /);
  expect(out).toContain("Of 1 cascade tried on 120 cases, 1 is tested on the other 120; 1 holds.");
  const read = (name: string) => readFileSync(join(project.root, "reports/mood/latest", name), "utf8");
  const { cascades, models } = DecisionSchema.parse(JSON.parse(read("decision.json")));
  expect(cascades).toMatchObject({
    family: 1,
    routes: [
      { singles: [{ quality: { value: 1, n: 120 } }, { quality: { n: 120 } }], cascades: [{ quality: { value: 1 } }] },
    ],
  });
  // The confidence is shown as a score, and has no part in the quality.
  expect(models.find(({ candidate }) => candidate === "cheaper")).toMatchObject({ quality: { value: 0.8 } });
  expect(read("summary.md")).toContain("| cheaper first, today where sure is below 0.9 |");
  expect(read("report.html")).toContain("Cascades beside the models alone");
});
