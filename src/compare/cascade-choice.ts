import type { Policy } from "../domain/policy.ts";
import type { PlannedRoute, Run } from "../domain/run.ts";
import { type Answers, answersOf, completeCases } from "./cascade-answers.ts";
import { type Escalation, escalationsOf, signalsOf } from "./cascade-rules.ts";
import { type Groups, groupCases } from "./groups.ts";
import { casesOf } from "./pairs.ts";

/** A cascade may give up this share of the margin where it is chosen, so that it has a chance where it is tested. */
const SHARE_OF_MARGIN = 0.5;
/** So many cascades of a route are tested at most: each takes from the others' share of alpha. */
const MOST_TESTED = 3;

/** The units of a route by turns, in the order of the test: those that choose cascades, and those that test them. */
export interface Halves {
  readonly choose: Groups;
  readonly test: Groups;
}

/** An ordered pair of models with the rule that suits it best where it is chosen. */
export interface Choice {
  readonly first: number;
  readonly second: number;
  readonly rule: Escalation;
  /** What it comes to there. */
  readonly chosen: Place;
  /** Why it is not tested; undefined where it is. */
  readonly passedOver: string | undefined;
}

/** Over `n` cases and beside the incumbent on these: quality less its quality, and cost over its cost. */
interface Place {
  readonly n: number;
  readonly gain: number;
  readonly costRatio: number;
}

/** Undefined where a half would be empty. */
export function halvesOf(run: Run, route: PlannedRoute): Halves | undefined {
  const units = groupCases(run.cases, casesOf(run, route.slice));
  const [choose, test] = [units.everySecond(0), units.everySecond(1)];
  return choose.length === 0 || test.length === 0 ? undefined : { choose, test };
}

/**
 * Every ordered pair of a route's models, the cheaper first, with its rule, and which of them are worth a test: all by the
 * half that chooses. Those to be tested come first, the best ahead. A pair for which no rule sends some of the calls on,
 * but not all, is no cascade.
 */
export function choicesOf(run: Run, route: PlannedRoute, { choose }: Halves): Choice[] {
  const { candidates } = run.manifest;
  const incumbent = candidates.findIndex(({ id }) => id === route.incumbent);
  if (incumbent === -1) return [];
  const half = new ChoosingHalf(run, incumbent, choose.members);
  const every = candidates.map((_, at) => at);
  const alone = every.flatMap((at) => (at === incumbent ? [] : (half.alone(at) ?? [])));
  const better = orderOf(
    route.policy,
    alone.map(({ chosen }) => chosen),
  );
  const found = every.flatMap((first) => every.flatMap((second) => half.bestOf(first, second, better) ?? []));
  half.release();
  const rivals = [
    ...alone.map(({ model, chosen }) => ({ name: `${candidates[model]?.id} alone`, chosen })),
    ...found.map(({ first, second, chosen }) => ({ name: nameOf(run, first, second), chosen })),
  ];
  const judged = found.map((choice) => {
    const rival = rivals.find(({ chosen }) => isBeyond(chosen, choice.chosen));
    const beaten = rival === undefined ? undefined : `${rival.name} is as good there and costs no more`;
    return { ...choice, passedOver: shortOf(choice.chosen, route.policy) ?? beaten };
  });
  const inOrder = judged.sort((a, b) => better(a.chosen, b.chosen));
  const worth = inOrder.filter(({ passedOver }) => passedOver === undefined);
  const late = worth
    .slice(MOST_TESTED)
    .map((choice) => ({ ...choice, passedOver: `${MOST_TESTED} better ones of the route are tested` }));
  return [...worth.slice(0, MOST_TESTED), ...late, ...inOrder.filter(({ passedOver }) => passedOver !== undefined)];
}

/** The name of a cascade. */
export function nameOf({ manifest }: Run, first: number, second: number): string {
  return `${manifest.candidates[first]?.id} -> ${manifest.candidates[second]?.id}`;
}

/** What is wanting for a test, in words; undefined where nothing is. */
function shortOf({ gain, costRatio }: Place, policy: Policy): string | undefined {
  const isBest = policy.objective === "best-within-budget";
  if (costRatio > mostCost(policy)) return isBest ? "it costs too much there" : "it saves too little there";
  if (isBest) return gain > 0 ? undefined : "it is no better there";
  return gain >= -SHARE_OF_MARGIN * policy.margin ? undefined : "it loses more than half the margin there";
}

/**
 * The better of two first: what is fit for a test, by the objective; then what is fit but no better than some model alone;
 * then what pays, by quality; then the cheaper.
 */
function orderOf(policy: Policy, alone: readonly Place[]): (a: Place, b: Place) => number {
  const byCost = (a: Place, b: Place) => a.costRatio - b.costRatio || b.gain - a.gain;
  const byGain = (a: Place, b: Place) => b.gain - a.gain || a.costRatio - b.costRatio;
  const byObjective = policy.objective === "best-within-budget" ? byGain : byCost;
  const rank = (place: Place) => {
    if (shortOf(place, policy) !== undefined) return place.costRatio <= mostCost(policy) ? 2 : 3;
    return alone.some((model) => isBeyond(model, place)) ? 1 : 0;
  };
  const orders = [byObjective, byObjective, byGain, byCost];
  return (a, b) => rank(a) - rank(b) || (orders[rank(a)] ?? byCost)(a, b);
}

/** The most that may be paid, over what the incumbent costs. */
function mostCost(policy: Policy): number {
  return policy.objective === "best-within-budget" ? (policy.maxCostRatio ?? 1) : 1 - policy.minSaving;
}

function isBeyond(a: Place, b: Place): boolean {
  const noWorse = a.gain >= b.gain && a.costRatio <= b.costRatio;
  return noWorse && (a.gain > b.gain || a.costRatio < b.costRatio);
}

/** What the models of a run answered on the half that chooses, call by call. */
class ChoosingHalf {
  readonly #incumbent: number;
  readonly #answers: readonly Answers[];
  readonly #complete: readonly Uint8Array[];
  /** Of each model as the first: its rules, and which of its calls they send on. */
  readonly #rules: readonly { readonly rule: Escalation; readonly onward: Uint8Array }[][];

  constructor(run: Run, incumbent: number, cases: Uint32Array) {
    this.#incumbent = incumbent;
    this.#answers = run.manifest.candidates.map((_, at) => answersOf(run, at, cases));
    this.#complete = this.#answers.map(completeCases);
    this.#rules = run.manifest.candidates.map((_, at) => {
      const signals = signalsOf(run, at, cases);
      const rules = escalationsOf(signals).map((rule) => ({ rule, onward: rule.onward(signals) }));
      signals.release();
      return rules;
    });
  }

  release(): void {
    for (const answers of this.#answers) answers.release();
  }

  /** One model beside the incumbent; undefined where nothing is known of both, or the incumbent costs nothing. */
  alone(model: number): { readonly model: number; readonly chosen: Place } | undefined {
    const calls = this.#knownOf([model]);
    const chosen = this.#placeOf(calls, this.#sums(calls, model));
    return chosen && { model, chosen };
  }

  /** The best rule for a pair; undefined where there is none, or where the first model is not the cheaper. */
  bestOf(
    first: number,
    second: number,
    better: (a: Place, b: Place) => number,
  ): Pick<Choice, "first" | "second" | "rule" | "chosen"> | undefined {
    if (first === second) return undefined;
    const calls = this.#knownOf([first, second]);
    if (this.#sums(calls, first).usd >= this.#sums(calls, second).usd) return undefined;
    let best: Pick<Choice, "first" | "second" | "rule" | "chosen"> | undefined;
    for (const { rule, onward } of this.#rules[first] ?? []) {
      const { asked, ...sums } = this.#inTurn(calls, { first, second, onward });
      if (asked === 0 || asked === calls.length) continue;
      const chosen = this.#placeOf(calls, sums);
      if (chosen === undefined) continue;
      if (best === undefined || better(chosen, best.chosen) < 0) best = { first, second, rule, chosen };
    }
    return best;
  }

  /** Calls of cases of which these models and the incumbent have every quality and cost. */
  #knownOf(models: readonly number[]): Int32Array {
    const complete = [...models, this.#incumbent].map((at) => this.#complete[at] as Uint8Array);
    const { repeats, state } = this.#answers[this.#incumbent] as Answers;
    const known = new Int32Array(state.length);
    let count = 0;
    for (let call = 0; call < state.length; call++) {
      const at = Math.floor(call / repeats);
      if (complete.every((is) => is[at] === 1)) known[count++] = call;
    }
    return known.subarray(0, count);
  }

  #sums(calls: Int32Array, model: number): Sums {
    const { quality, usd } = this.#answers[model] as Answers;
    const sums = { quality: 0, usd: 0 };
    for (const call of calls) {
      sums.quality += quality[call] as number;
      sums.usd += usd[call] as number;
    }
    return sums;
  }

  #inTurn(
    calls: Int32Array,
    { first, second, onward }: { first: number; second: number; onward: Uint8Array },
  ): Sums & { readonly asked: number } {
    const [one, two] = [this.#answers[first] as Answers, this.#answers[second] as Answers];
    const sums = { quality: 0, usd: 0, asked: 0 };
    for (const call of calls) {
      const goesOn = onward[call] === 1;
      sums.quality += (goesOn ? two : one).quality[call] as number;
      sums.usd += (one.usd[call] as number) + (goesOn ? (two.usd[call] as number) : 0);
      if (goesOn) sums.asked += 1;
    }
    return sums;
  }

  #placeOf(calls: Int32Array, { quality, usd }: Sums): Place | undefined {
    const today = this.#sums(calls, this.#incumbent);
    if (calls.length === 0 || today.usd === 0) return undefined;
    const { repeats } = this.#answers[0] as Answers;
    return {
      n: calls.length / repeats,
      gain: (quality - today.quality) / calls.length,
      costRatio: usd / today.usd,
    };
  }
}

interface Sums {
  readonly quality: number;
  readonly usd: number;
}
