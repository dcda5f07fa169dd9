import { type LookData, type LookPlan, planLook } from "../../src/compare/ledger.ts";
import type { TestPlan } from "../../src/compare/test-plan.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import { bettingTest } from "../../src/stats/betting.ts";
import { bettingShare, lookPlan, sequentialP } from "../../src/stats/looks.ts";
import { ALPHA, countsOf, exactP, MARGIN, pair, type Row, rareFailures, simulate } from "./simulate.ts";

type Stream = () => number;

/** One look: so many answers of a named set. Looks at more of the same set go on where the earlier ended. */
interface Asked {
  readonly set: string;
  readonly answers: readonly number[];
  readonly confirms?: boolean;
}

/** Five, 11: whoever looks again, over the ledger as it is used. Approved: any look approves. */
export function looks(): Row[] {
  const won = (random: Stream) => pair(0.05, 0.1, random);
  const draws = (count: number, draw: (random: Stream) => number, random: Stream) =>
    Array.from({ length: count }, () => draw(random));
  const topUps = (test: "exact" | "betting", draw: (random: Stream) => number) => (random: Stream) => {
    const answers = draws(500, draw, random);
    return story(
      test,
      [200, 250, 300, 350, 400, 450, 500].map((n) => ({ set: "a", answers: answers.slice(0, n) })),
    );
  };
  // Answers to the same cases: 85 % of the luck is the case's and stays.
  const retries =
    (test: "exact" | "betting", draw: (random: Stream) => number, n = 200) =>
    (random: Stream) => {
      const cases = draws(n, draw, random);
      const again = () => cases.map((first) => (random() < 0.85 ? first : draw(random)));
      return story(
        test,
        ["a", "b", "c", "d", "e", "f"].map((set) => ({ set, answers: again() })),
      );
    };
  const confirms = (random: Stream) =>
    story(
      "exact",
      Array.from({ length: 6 }, (_, j) => ({ set: `c${j}`, answers: draws(100, won, random), confirms: true })),
    );
  // Stopped by the futility rule at 60, 80, 100, ... and topped up all the same.
  const stubborn = (random: Stream) => {
    const answers = draws(400, won, random);
    return story(
      "exact",
      [60, 100, 200, 300, 400].map((n) => ({ set: "a", answers: answers.slice(0, n) })),
      200,
    );
  };
  const naive = (random: Stream) => {
    const approved = Array.from({ length: 6 }, () => draws(100, won, random)).some(
      (answers) => exactP(countsOf(answers)) <= ALPHA,
    );
    return { approved };
  };
  return [
    simulate("six top-ups of 50 after 200, right or wrong", topUps("exact", won)),
    simulate("six top-ups of 50 after 200, rare total failures", topUps("betting", rareFailures)),
    simulate("five more runs with fresh answers to the same 200 cases, right or wrong", retries("exact", won)),
    simulate(
      "five more runs with fresh answers to the same 200 cases, rare total failures",
      retries("betting", rareFailures),
    ),
    simulate("five more runs with fresh answers to the same 60 cases", retries("exact", won, 60)),
    simulate("six confirmations on unused cases", confirms),
    simulate("futile at an early look, and topped up all the same", stubborn),
    simulate("not what we do: six runs of 100, the best verdict", naive, { most: null }),
  ];
}

function story(test: "exact" | "betting", asked: readonly Asked[], planned = asked[0]?.answers.length ?? 1) {
  const entries: LedgerEntry[] = [];
  for (const { set, answers, confirms = false } of asked) {
    const n = entries.length === 0 ? planned : answers.length;
    const data: LookData = { cases: answers.length, policy: "p", answers: (count) => `${set} ${count}`, confirms };
    const plan = planLook(entries, freshPlan(test, n), data);
    if (pOf(plan, answers) <= ALPHA) return { approved: true };
    if (!plan.recorded) entries.push(entryOf(plan, data));
  }
  return { approved: false };
}

function pOf(plan: LookPlan, answers: readonly number[]): number {
  if (plan.test === "betting") {
    if (plan.bettingShare === 0) return 1;
    const { p } = bettingTest(answers, { margin: MARGIN, plannedN: plan.plannedN, alpha: plan.plannedAlpha });
    return p / plan.bettingShare;
  }
  const made = plan.looks.filter(({ n }) => n <= answers.length);
  return sequentialP(made.map(({ n, share }) => ({ p: exactP(countsOf(answers, n)), share })));
}

function freshPlan(test: "exact" | "betting", n: number): TestPlan {
  return {
    test,
    rightOrWrong: test === "exact",
    margin: MARGIN,
    plannedN: n,
    plannedCases: n,
    looks: lookPlan(n),
    bettingShare: bettingShare(n),
    plannedAlpha: ALPHA,
    look: { kind: "planned", j: 0 },
  };
}

function entryOf(plan: LookPlan, { cases, policy, answers }: LookData): LedgerEntry {
  return {
    ...{ suite: "s", route: "r", incumbent: "i", candidate: "c" },
    ...plan.look,
    cases,
    policy,
    dataset: "d",
    answers: answers(cases),
    plan: {
      test: plan.test,
      plannedCases: plan.plannedCases,
      plannedUnits: plan.plannedN,
      alpha: plan.plannedAlpha,
      seed: "1",
    },
    p: 1,
    outcome: "open",
    run: "run",
  };
}
