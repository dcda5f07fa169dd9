import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "../domain/ledger.ts";
import { lookPlan } from "../stats/looks.ts";
import { type LookData, type LookPlan, planLook } from "./ledger.ts";
import type { TestPlan } from "./test-plan.ts";

/** Answers by name: `answers("a", 60)` begin as `answers("a", 100)` do, and differ from those of any other name. */
interface Asked {
  readonly cases: number;
  readonly answers?: string;
  readonly policy?: string;
  readonly test?: "exact" | "betting";
  readonly confirms?: boolean;
}

const HASH = "0123456789abcdef";

function freshPlan({ cases, test = "exact" }: Asked): TestPlan {
  return {
    test,
    rightOrWrong: test === "exact",
    margin: 0.05,
    plannedN: cases,
    plannedCases: cases,
    looks: lookPlan(cases),
    bettingShare: cases < 100 ? 1 : 0.9,
    plannedAlpha: 0.05,
    look: { kind: "planned", j: 0 },
  };
}

function dataOf({ cases, answers = "a", policy = "p", confirms = false }: Asked): LookData {
  return { cases, policy, answers: (count) => `${answers} ${count}`, confirms };
}

/** Looks one after the other, as a ledger would see them; returns the plan of each. */
function story(...asked: readonly Asked[]): LookPlan[] {
  const entries: LedgerEntry[] = [];
  return asked.map((look) => {
    const data = dataOf(look);
    const plan = planLook(entries, freshPlan(look), data);
    if (!plan.recorded) entries.push(entryOf(plan, data));
    return plan;
  });
}

function entryOf(plan: LookPlan, { cases, policy, answers }: LookData): LedgerEntry {
  return {
    ...{ suite: "s", route: "r", incumbent: "i", candidate: "c" },
    ...plan.look,
    cases,
    policy,
    dataset: HASH,
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

const shares = ({ looks }: LookPlan) => looks.map(({ n, share }) => [n, share]);
const last = (plans: readonly LookPlan[]) => plans.at(-1) as LookPlan;

describe("planLook", () => {
  it("leaves the first look as planned", () => {
    expect(last(story({ cases: 200 }))).toMatchObject({ look: { kind: "planned", j: 0 }, recorded: false });
  });

  it("gives the same look back for the same data, however often", () => {
    const [first, again, third] = story({ cases: 200 }, { cases: 200 }, { cases: 200 });
    expect(again).toEqual({ ...first, recorded: true });
    expect(third).toEqual(again);
  });

  it("goes on with the first plan where the answers go on", () => {
    const [, more] = story({ cases: 120 }, { cases: 150 });
    // 120 were planned: the looks at 60 and 120 stay, and the 30 cases more are a top-up.
    expect(more).toMatchObject({ look: { kind: "top-up", j: 1 }, plannedN: 120, plannedCases: 120 });
    expect(shares(more as LookPlan)).toEqual([
      [60, 0.2],
      [120, 0.7],
      [150, 0.05],
    ]);
  });

  it("halves the share with each later look, and keeps those that the same answers had", () => {
    expect(shares(last(story({ cases: 120 }, { cases: 150 }, { cases: 170 }))).slice(2)).toEqual([
      [150, 0.05],
      [170, 0.025],
    ]);
  });

  it("gives fresh answers one later look, and no planned one", () => {
    const again = last(story({ cases: 200 }, { cases: 200, answers: "b" }));
    expect(again.look).toEqual({ kind: "re-run", j: 1 });
    expect(shares(again)).toEqual([[200, 0.05]]);
  });

  it("takes a new margin as one more look at the same answers", () => {
    const again = last(story({ cases: 200 }, { cases: 200, policy: "lax" }));
    expect(again.look).toEqual({ kind: "re-run", j: 1 });
    expect(shares(again)).toEqual([[200, 0.05]]);
  });

  it("lets fresh answers have the planned looks that nobody made", () => {
    const entries = [entryOf({ ...freshPlan({ cases: 200 }), recorded: false }, dataOf({ cases: 70 }))];
    const again = planLook(entries, freshPlan({ cases: 200 }), dataOf({ cases: 200, answers: "b" }));
    expect(again.look.kind).toBe("planned");
    expect(shares(again)).toEqual([
      [100, 0.1],
      [150, 0.15],
      [200, 0.6],
    ]);
  });

  it("has nothing left after a plan of fewer than 100 cases", () => {
    const again = last(story({ cases: 60 }, { cases: 60, answers: "b" }));
    expect(again).toMatchObject({ looks: [], bettingShare: 0 });
    expect(shares(last(story({ cases: 60 }, { cases: 300 })))).toEqual([[60, 1]]);
  });

  it("lets the bets go on at no cost, with the N they were planned with", () => {
    const more = last(story({ cases: 120, test: "betting" }, { cases: 900, test: "betting" }));
    expect(more).toMatchObject({ plannedN: 120, bettingShare: 0.9, look: { kind: "top-up", j: 1 } });
    expect(last(story({ cases: 60, test: "betting" }, { cases: 90, test: "betting" })).bettingShare).toBe(1);
  });

  it("starts other bets on fresh answers, with a later share", () => {
    const [, again, more] = story(
      { cases: 120, test: "betting" },
      { cases: 120, test: "betting", answers: "b" },
      { cases: 160, test: "betting", answers: "b" },
    );
    expect(again).toMatchObject({ bettingShare: 0.05, look: { kind: "re-run", j: 1 } });
    expect(more).toMatchObject({ bettingShare: 0.05, look: { kind: "top-up", j: 2 } });
  });

  it("takes the test that the data need, as another look", () => {
    const again = last(story({ cases: 120 }, { cases: 120, test: "betting", answers: "b" }));
    expect(again).toMatchObject({ test: "betting", bettingShare: 0.05, look: { kind: "re-run", j: 1 } });
    // More right-or-wrong answers than test A is planned for stay with it.
    expect(last(story({ cases: 400 }, { cases: 900 })).test).toBe("exact");
  });

  it("gives the j-th confirmation half to the j-th, with looks of its own", () => {
    const plans = story(
      { cases: 200 },
      { cases: 50, answers: "new", confirms: true },
      { cases: 120, answers: "newer", confirms: true },
      { cases: 120, answers: "newer", confirms: true },
      { cases: 200, answers: "b" },
    );
    expect(plans.map(({ look }) => `${look.kind} ${look.j}`)).toEqual([
      "planned 0",
      "confirm 1",
      "confirm 2",
      "confirm 2",
      "re-run 1",
    ]);
    expect(shares(plans[1] as LookPlan)).toEqual([[50, 0.5]]);
    expect(shares(plans[2] as LookPlan)).toEqual([
      [60, 0.05],
      [120, 0.175],
    ]);
  });

  it("never spends more than all of alpha, whatever is asked in whatever order", () => {
    const asked = fc.record({
      cases: fc.constantFrom(40, 60, 99, 100, 150, 200, 400),
      answers: fc.constantFrom("a", "b", "c"),
      policy: fc.constantFrom("p", "p", "q"),
      test: fc.constantFrom("exact" as const, "exact" as const, "betting" as const),
    });
    fc.assert(
      fc.property(fc.array(asked, { minLength: 1, maxLength: 12 }), (looks) => {
        const plans = story(...looks);
        // A test is told by its answers, policy and number of cases; made again it is the same test and costs nothing.
        const exact = new Map<string, number>();
        const bets = new Map<string, number>();
        for (const [index, plan] of plans.entries()) {
          const { answers, policy, cases } = looks[index] as Required<Asked>;
          const line = `${answers} ${policy}`;
          for (const { n, share } of plan.looks) if (n <= cases) exact.set(`${line} ${n} ${share}`, share);
          if (plan.test === "betting") bets.set(`${line} ${plan.plannedN} ${plan.bettingShare}`, plan.bettingShare);
          else for (const { n, share } of plan.looks) if (n <= cases) bets.set(`${line} ${n} ${share}`, share);
        }
        for (const spent of [exact, bets]) {
          expect([...spent.values()].reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
