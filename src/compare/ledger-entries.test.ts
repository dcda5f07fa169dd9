import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { Run } from "../domain/run.ts";
import { decide } from "./decide.ts";
import { newEntries } from "./ledger-entries.ts";
import { firstRewrittenLine, ledgerLine, readLedger } from "./ledger-lines.ts";
import { type AnswerSpec, counts, makeRun, type RunSpec, random } from "./run.fixtures.ts";

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

/** Decides a run over a ledger; returns what came out and the ledger as it is afterwards. */
function look(spec: RunSpec | Run, entries: readonly LedgerEntry[] = []) {
  const run = "trials" in spec ? spec : makeRun({ ...spec, manifest: { suite: suiteOf(spec), ...spec.manifest } });
  const ledger = { entries, digest };
  const decision = decide(run, random, { ledger });
  const comparison = decision.routes[0]?.comparisons[0];
  if (comparison === undefined) throw new Error("no comparison");
  return { run, decision, comparison, entries: [...entries, ...newEntries(run, ledger, decision)] };
}

const suiteOf = ({ scale = "binary" }: RunSpec): Run["manifest"]["suite"] => ({
  id: "suite",
  title: "Suite",
  scale,
  hash: "hash",
  dataset: "d.jsonl",
  datasetSha256: digest("d"),
  maxPerCluster: 5,
});
const switching = counts({ n: 120 });
const hanging = counts({ wins: 2, losses: 6, n: 120 });

describe("a run decided over a ledger", () => {
  it("writes down every comparison once", () => {
    const first = look({ answers: { ...switching, other: switching.cand } });
    expect(first.entries.map(({ candidate, kind, j, cases }) => [candidate, kind, j, cases])).toEqual([
      ["cand", "planned", 0, 120],
      ["other", "planned", 0, 120],
    ]);
    const [entry] = first.entries;
    expect(entry).toMatchObject({
      suite: "suite",
      route: "route-0",
      incumbent: "inc",
      plan: { test: "exact", plannedCases: 120, plannedUnits: 120, alpha: 0.025, seed: "1" },
      outcome: "passes",
      run: "run-1",
    });
    expect(entry?.p).toBe(first.comparison.p);
    expect(look({ answers: { ...switching, other: switching.cand } }, first.entries).entries).toEqual(first.entries);
  });

  it("gives the same verdict back for the same data, whatever was looked at since", () => {
    const first = look({ answers: switching });
    const second = look({ answers: hanging }, first.entries);
    const again = look({ answers: switching }, second.entries);
    expect(again.comparison).toEqual({ ...first.comparison, look: { kind: "planned", j: 0, recorded: true } });
    expect(again.entries).toEqual(second.entries);
  });

  it("does not let a run be repeated until it pleases", () => {
    // Right by itself: the same answers, as a first look, pass.
    expect(look({ answers: counts({ n: 100 }) }).comparison.outcome).toBe("passes");
    let entries = look({ answers: hanging }).entries;
    for (let round = 1; round <= 3; round++) {
      const lucky = counts({ wins: round, n: 100 });
      const again = look({ answers: lucky }, entries);
      expect(again.comparison.look).toEqual({ kind: "re-run", j: round, recorded: false });
      expect(again.comparison.outcome).toBe("open");
      ({ entries } = again);
    }
  });

  it("goes on with the bets that the first cases won", () => {
    const grades = (n: number) => ({
      inc: new Array<number>(n).fill(0.5),
      cand: Array.from({ length: n }, (_, index) => 0.5 + (index % 5) / 50 - 0.04),
    });
    const first = look({ answers: grades(130), scale: "graded" });
    const more = look({ answers: grades(170), scale: "graded" }, first.entries);
    expect(more.comparison.path.slice(0, 130)).toEqual(first.comparison.path);
    expect(more.comparison.look).toEqual({ kind: "top-up", j: 1, recorded: false });
    // Planned for 170 from the start, the bets would have been smaller.
    expect(look({ answers: grades(170), scale: "graded" }).comparison.path[129]).not.toBe(first.comparison.path[129]);
  });

  it("takes other numbers, another order of cases, another cost as other data", () => {
    const first = look({ answers: switching });
    const one = (change: Partial<Exclude<AnswerSpec, number | null | undefined>>) => ({
      inc: switching.inc,
      cand: switching.cand.map((quality, index) => (index === 7 ? { quality, ...change } : quality)),
    });
    for (const change of [{ quality: 0 }, { costUsd: 0.001 }, { latencyMs: 5 }]) {
      expect(look({ answers: one(change) }, first.entries).comparison.look.kind).toBe("re-run");
    }
    const { run } = first;
    const cases = [...run.cases].map((item, index) => (index < 2 ? (run.cases.at(1 - index) ?? item) : item));
    expect(look({ ...run, cases }, first.entries).comparison.look.kind).toBe("re-run");
  });

  it("confirms in a family and at a level of its own", () => {
    const first = look({ answers: hanging });
    const confirmed = look({ answers: counts({ n: 80 }), manifest: { confirms: "cand" } }, first.entries);
    expect(confirmed.comparison.look).toEqual({ kind: "confirm", j: 1, recorded: false });
    expect(confirmed.comparison.looks[0]?.share).toBe(0.5);
    expect(confirmed.comparison.outcome).toBe("passes");
  });
});

describe("the lines of a ledger", () => {
  const first = look({ answers: hanging });
  const { entries } = look({ answers: switching }, first.entries);
  const text = entries.map(ledgerLine).join("");

  it("come back as they went, one entry a line, in fixed order of keys", () => {
    expect(readLedger(text)).toEqual({ state: "read", entries });
    expect(text.split("\n")).toHaveLength(3);
    const shuffled = Object.fromEntries(Object.entries(entries[0] as LedgerEntry).toReversed()) as LedgerEntry;
    expect(ledgerLine(shuffled)).toBe(ledgerLine(entries[0] as LedgerEntry));
    expect(readLedger("")).toEqual({ state: "read", entries: [] });
  });

  it.each([
    ["what is no JSON", `${text}{`, 3, /JSON/],
    ["a field that is missing", `{"suite":"s"}\n`, 1, /route/],
    ["a line written another way", text.replace('"suite":', '"suite": '), 1, /form/],
    ["a look that is not counted on", `${text}${text.split("\n")[1]}\n`, 3, /re-run 1 .* follows number 1/],
    ["an empty line in between", text.replace("\n", "\n\n"), 2, /JSON/],
  ])("refuse %s, by line", (_, broken, line, problem) => {
    expect(readLedger(broken)).toMatchObject({ state: "broken", line, problem: expect.stringMatching(problem) });
  });

  it("may only be added to", () => {
    const [one, two] = entries.map(ledgerLine);
    expect(firstRewrittenLine(one as string, text)).toBeNull();
    expect(firstRewrittenLine("", text)).toBeNull();
    expect(firstRewrittenLine(text, one as string)).toBe(2);
    expect(firstRewrittenLine(text, `${two}${one}`)).toBe(1);
    expect(firstRewrittenLine(one as string, (one as string).trimEnd())).toBeNull();
  });
});
