import { describe, expect, it } from "vitest";
import type { Run } from "../domain/run.ts";
import { checkpointsOf, stillOpen } from "./collect.ts";
import { decide } from "./decide.ts";
import { type AnswerSpec, counts, makeRun, type RunSpec, random, seeded } from "./run.fixtures.ts";

const ties = (n: number): number[] => new Array<number>(n).fill(1);
/** The first `n` answers of everybody, and only those. */
const first = (answers: RunSpec["answers"], n: number): RunSpec["answers"] =>
  Object.fromEntries(
    Object.entries(answers).map(([name, row]) => [name, row.map((answer, at) => (at < n ? answer : undefined))]),
  );
const open = (spec: RunSpec, look = true) => [...stillOpen(makeRun(spec), { ledger: undefined, look })].sort();

describe("checkpoints", () => {
  it("are every ten cases from 20, and the declared looks", () => {
    const points = checkpointsOf(makeRun({ answers: { inc: ties(120), cand: [] } }));
    expect(points.map(({ cases }) => cases)).toEqual([20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]);
    expect(points.filter(({ look }) => look).map(({ cases }) => cases)).toEqual([60, 120]);
  });

  it("are counted within each route's slice, and not too many of a long plan", () => {
    const tags = Array.from({ length: 200 }, (_, index) => ({ kind: index % 2 === 0 ? "a" : "b" }));
    const half = checkpointsOf(makeRun({ answers: { inc: ties(200) }, tags, routes: [{ slice: { kind: "a" } }] }));
    // The 20th case of the slice is the 39th of the run.
    expect(half[0]?.cases).toBe(39);
    expect(half.at(-1)?.cases).toBe(199);
    expect(checkpointsOf(makeRun({ answers: { inc: ties(20_000) } })).length).toBeLessThan(60);
  });
});

describe("whom to go on asking", () => {
  const answers = { inc: ties(200), good: ties(200), bad: ties(200).map((_, index) => index % 2) };

  it("is nobody whose comparison is futile, and everybody that is open, with the incumbent", () => {
    expect(open({ answers: first(answers, 30) }, false)).toEqual(["good", "inc"]);
    expect(open({ answers: first(answers, 19) }, false)).toEqual(["bad", "good", "inc"]);
  });

  it("ends with the look at which the last one passes", () => {
    const good = { inc: ties(200), good: ties(200) };
    expect(open({ answers: first(good, 100) })).toEqual(["good", "inc"]);
    expect(open({ answers: first(good, 150) })).toEqual([]);
  });

  it("judges money at declared looks alone", () => {
    const dear = ties(60).map((quality, index): AnswerSpec => ({ quality, costUsd: 0.02 + (index % 3) / 1_000 }));
    const spec = { answers: { inc: [...ties(60), ...ties(140)], dear: [...dear, ...new Array<undefined>(140)] } };
    expect(open(spec, false)).toEqual(["dear", "inc"]);
    expect(open(spec, true)).toEqual([]);
  });

  it("keeps an incumbent that is still compared, and a model that serves another route", () => {
    const routes = [{}, { incumbent: "bad" }];
    expect(open({ answers: first(answers, 30), routes }, false)).toContain("bad");
  });
});

/** Collects as the command does: look by look, whoever is open. */
function collect(spec: RunSpec): Run {
  const whole = makeRun({ ...spec, manifest: { untilDecided: true } });
  const names = Object.keys(spec.answers);
  let asked = new Map(names.map((name) => [name, 0]));
  const runAt = () =>
    makeRun({
      ...spec,
      manifest: { untilDecided: true },
      answers: Object.fromEntries(
        names.map((name) => [
          name,
          (spec.answers[name] ?? []).map((answer, at) => (at < (asked.get(name) ?? 0) ? answer : undefined)),
        ]),
      ),
    });
  let going: ReadonlySet<string> = new Set(names);
  for (const { cases, look } of checkpointsOf(whole)) {
    asked = new Map(names.map((name) => [name, going.has(name) ? cases : (asked.get(name) ?? 0)]));
    going = stillOpen(runAt(), { ledger: undefined, look });
    if (going.size === 0) break;
  }
  return runAt();
}

describe("a run collected until decided", () => {
  it("comes to the verdicts of its stops, with the calls saved and why each stopped", () => {
    const next = seeded(4);
    const inc = Array.from({ length: 200 }, () => Number(next() < 0.9));
    const flip = (share: number) => inc.map((right) => (next() < share ? 0 : right));
    const decision = decide(collect({ answers: { inc, equal: inc, bad: flip(0.3) } }), random);
    const [equal, bad] = decision.routes[0]?.comparisons ?? [];
    expect(equal).toMatchObject({ outcome: "passes", collected: { planned: 200, stopped: "decided" } });
    expect(bad).toMatchObject({ outcome: "fails", collected: { planned: 200, stopped: "futile" } });
    expect(bad?.collected.cases).toBeLessThan(60);
    expect(equal?.collected.cases).toBe(equal?.n);
    const asked = 2 * (equal?.collected.cases ?? 0) + (bad?.collected.cases ?? 0);
    expect(decision.calls).toEqual({ planned: 600, made: asked, saved: 600 - asked, untilDecided: true });
  });

  it("collects everything where nothing settles it", () => {
    const { inc, cand } = counts({ wins: 6, losses: 12, n: 150 });
    const shuffled = inc.map((_, index) => (index * 37) % 150);
    const decision = decide(
      collect({ answers: { inc: shuffled.map((at) => inc[at]), cand: shuffled.map((at) => cand[at]) } }),
      random,
    );
    expect(decision.routes[0]?.comparisons[0]).toMatchObject({
      outcome: "open",
      collected: { cases: 150, stopped: null },
    });
    expect(decision.calls.saved).toBe(0);
  });
});
