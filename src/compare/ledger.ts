import type { FrozenPlan, LedgerEntry } from "../domain/ledger.ts";
import { bettingShare, confirmShare, type Look, laterShare, lookPlan } from "../stats/looks.ts";
import type { TestPlan } from "./test-plan.ts";

/** What a look at one key rests on. */
export interface LookData {
  /** Cases looked at: the first so many of the route's order. */
  readonly cases: number;
  /** Hash of what a verdict is made by. */
  readonly policy: string;
  /** Hash of both models' numbers on the first `cases` cases of the route's order. */
  readonly answers: (cases: number) => string;
  /** Whether the run confirms a named candidate. */
  readonly confirms: boolean;
}

/** How a look is to be tested, and whether the ledger holds it already. */
export interface LookPlan extends TestPlan {
  readonly recorded: boolean;
}

/**
 * Which look this is, and what it may spend. The same policy and answers give the same look again. Answers that go on where
 * recorded ones end (the first cases and their numbers are the same) keep the looks of those, so a run that has not reached
 * its planned number is simply continued. Everything else, new answers or a new margin, takes planned looks that nobody has
 * made yet, and then later shares (`laterShare`); confirmations have `confirmShare`. Every share is spent once, so the union
 * bound holds whatever depends on whatever (docs/decisions/0007).
 *
 * @param entries those of the look's key, oldest first
 * @param fresh the plan as it would be for a first look
 */
export function planLook(entries: readonly LedgerEntry[], fresh: TestPlan, data: LookData): LookPlan {
  const line = entries.filter(({ kind }) => (kind === "confirm") === data.confirms);
  const at = line.findIndex((entry) => entry.cases === data.cases && isBeginningOf(data, entry));
  const same = line[at];
  // The family may have grown since: the bets of then are made again.
  const before = same === undefined ? undefined : frozen(same.plan, fresh);
  const [past, plan] = before === undefined ? [line, fresh] : [line.slice(0, at), before];
  const look = data.confirms ? confirmation(past, plan, data) : mainLook(past, plan, data);
  return { ...look, recorded: before !== undefined };
}

function mainLook(past: readonly LedgerEntry[], fresh: TestPlan, data: LookData): TestPlan {
  const [first] = past;
  if (first === undefined) return fresh;
  const plan = frozen(first.plan, fresh);
  const begun = plan === undefined ? [] : past.filter((entry) => isBeginningOf(data, entry));
  const elsewhere = past.filter((entry) => entry.kind === "planned" && !begun.includes(entry));
  const { plannedCases } = first.plan;
  // Looks that these very numbers have had count again and spend nothing; those made on other numbers are spent.
  const spent = Math.max(0, ...elsewhere.map(({ cases }) => cases));
  const planned = plan === undefined ? [] : lookPlan(plannedCases).filter(({ n }) => n > spent);
  const goesOn = begun.some(({ kind }) => kind === "planned") && elsewhere.length === 0;
  const bets = goesOn ? bettingShare(plannedCases) : 0;
  if (plan !== undefined && data.cases <= plannedCases && planned.length > 0 && (goesOn || plan.test === "exact")) {
    return { ...plan, looks: planned, bettingShare: bets };
  }
  const j = next(past);
  const later = begun.filter(({ kind }) => kind !== "planned");
  const looks: Look[] = [...later, { cases: data.cases, j }].map((entry) => ({
    n: entry.cases,
    share: laterShare(entry.j, plannedCases),
  }));
  return {
    ...(plan ?? { ...fresh, plannedCases }),
    looks: [...planned, ...looks].filter(({ share }) => share > 0),
    bettingShare: goesOn ? bets : laterShare(later[0]?.j ?? j, plannedCases),
    look: { kind: begun.length > 0 ? "top-up" : "re-run", j },
  };
}

// A confirmation is a family of its own with a plan of its own; whatever does not go on with one is the next.
function confirmation(past: readonly LedgerEntry[], fresh: TestPlan, data: LookData): TestPlan {
  const last = past.at(-1);
  const plan = last === undefined ? undefined : frozen(last.plan, fresh);
  const goesOn =
    plan !== undefined && last !== undefined && isBeginningOf(data, last) && data.cases <= last.plan.plannedCases;
  const { plannedCases } = goesOn ? plan : fresh;
  const j = goesOn ? last.j : next(past);
  const share = confirmShare(j);
  return {
    ...(goesOn ? plan : fresh),
    looks:
      fresh.looks.length === 0 ? [] : lookPlan(plannedCases).map((look) => ({ ...look, share: look.share * share })),
    bettingShare: fresh.looks.length === 0 ? 0 : bettingShare(plannedCases) * share,
    look: { kind: "confirm", j },
  };
}

function next(past: readonly LedgerEntry[]): number {
  return 1 + Math.max(0, ...past.map(({ j }) => j));
}

function isBeginningOf({ policy, cases, answers }: LookData, entry: LedgerEntry): boolean {
  return entry.policy === policy && entry.cases <= cases && entry.answers === answers(entry.cases);
}

// N and the bets stay as first planned. Undefined for data that the exact test cannot take: grades, repeats or clusters where
// answers were right or wrong, one a case. These are tested by the plan they need, as another look.
function frozen(first: FrozenPlan, fresh: TestPlan): TestPlan | undefined {
  if (first.test === "exact" && !fresh.rightOrWrong) return undefined;
  return {
    ...fresh,
    test: first.test,
    plannedN: first.plannedUnits,
    plannedCases: first.plannedCases,
    looks: lookPlan(first.plannedCases),
    bettingShare: bettingShare(first.plannedCases),
    plannedAlpha: first.alpha,
  };
}
