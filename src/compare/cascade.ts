import type { Cascade, Comparison, Decision, RouteCascades } from "../domain/decision.ts";
import type { PlannedRoute, Run } from "../domain/run.ts";
import type { Random } from "../ports.ts";
import { answersOf, inTurn } from "./cascade-answers.ts";
import { type Choice, choicesOf, type Halves, halvesOf, nameOf } from "./cascade-choice.ts";
import { escalatedOf, figuresOf } from "./cascade-figures.ts";
import { signalsOf } from "./cascade-rules.ts";
import { asRun } from "./cascade-run.ts";
import { type Cell, cellsOf, comparisonOf } from "./comparison.ts";
import { type Standing, standingsOf } from "./standings.ts";
import { tabulate } from "./table.ts";

const UNTIL_DECIDED =
  "answers were asked for until the verdicts were in: the cases that test had a say in those that choose";
const CHOSEN_BY = "the rule was chosen by these very answers";

interface Chosen {
  readonly route: PlannedRoute;
  readonly halves: Halves;
  readonly choices: readonly Choice[];
}

/**
 * The two-step cascades of each route, from answers that were given already: a cheap model answers, and where a rule that
 * needs no reference says so, a dearer one is asked. Rules, and the cascades that are worth a test, are chosen on every
 * second unit; the other units test these against the incumbent, as candidates are tested. All that are tested are one
 * family under Holm, apart from the run's own: further questions, asked of the same answers.
 */
export function cascadesOf(run: Run, random: Random): Decision["cascades"] {
  const routes = testCascades(run);
  return {
    family: routes.flatMap(({ tested }) => tested).length,
    routes: routes.map(({ tested, ...chosen }) => {
      const comparisons = tested.map(({ cell, standing }) =>
        comparisonOf(cell, standing, { random, truth: undefined }),
      );
      return routeCascades(run, chosen, comparisons);
    }),
  };
}

/** Each route's choice, and its tested cascades where they stand in the family of all. */
export function testCascades(
  run: Run,
): (Chosen & { readonly tested: readonly { readonly cell: Cell; readonly standing: Standing }[] })[] {
  const chosen = run.manifest.routes.flatMap((route): Chosen[] => {
    const halves = halvesOf(run, route);
    if (halves === undefined) return [];
    const choices = choicesOf(run, route, halves);
    return choices.length === 0 ? [] : [{ route, halves, choices: testable(run, choices) }];
  });
  const family = chosen.flatMap(({ choices }) => choices.filter(isTested)).length;
  const alpha = Math.min(...run.manifest.routes.map(({ policy }) => policy.alpha));
  const cells = chosen.map((each) => cellsFor(run, each, alpha / Math.max(1, family)));
  const standings = standingsOf(
    cells.flat().map(({ p }) => p),
    alpha,
  ).values();
  return chosen.map((each, at) => ({
    ...each,
    tested: (cells[at] ?? []).map((cell) => ({ cell, standing: standings.next().value as Standing })),
  }));
}

function isTested({ passedOver }: Choice): boolean {
  return passedOver === undefined;
}

/** What was collected may depend on what tests, and then nothing may be chosen by it. */
function testable({ manifest }: Run, choices: readonly Choice[]): Choice[] {
  return choices.map((choice) =>
    manifest.untilDecided === true && isTested(choice) ? { ...choice, passedOver: UNTIL_DECIDED } : choice,
  );
}

/** A cell for each cascade that is tested, in their order. */
function cellsFor(run: Run, { route, halves, choices }: Chosen, plannedAlpha: number): Cell[] {
  const tested = choices.filter(isTested);
  if (tested.length === 0) return [];
  const cases = halves.test.members.toSorted();
  const half = asRun(run, route, { cases, choices: tested });
  const [whole = route] = half.manifest.routes;
  return cellsOf(whole, { run: half, table: tabulate(half), ledger: undefined, plannedAlpha });
}

function routeCascades(
  run: Run,
  { route, halves, choices }: Chosen,
  comparisons: readonly Comparison[],
): RouteCascades {
  const cases = halves.test.members;
  const models = run.manifest.candidates.map((_, at) => answersOf(run, at, cases));
  const cascades = choices.flatMap(({ first, second, rule, chosen, passedOver }): Cascade[] => {
    const [one, two] = [models[first], models[second]];
    if (one === undefined || two === undefined) return [];
    const signals = signalsOf(run, first, cases);
    const onward = rule.onward(signals);
    signals.release();
    const both = inTurn(one, two, onward);
    const figures = figuresOf(both, halves.test);
    both.release();
    const comparison = comparisons.find(({ candidate }) => candidate === nameOf(run, first, second));
    const there = { interval: null, n: chosen.n, why: CHOSEN_BY };
    return [
      {
        first: idOf(run, first),
        second: idOf(run, second),
        rule: rule.name,
        chosen: { quality: { value: chosen.gain, ...there }, costRatio: { value: chosen.costRatio, ...there } },
        escalated: escalatedOf(onward, one),
        ...figures,
        test:
          comparison === undefined
            ? { state: "not tested", why: passedOver ?? "it has no answers" }
            : { state: "tested", comparison },
      },
    ];
  });
  const singles = models.map((answers, at) => ({ candidate: idOf(run, at), ...figuresOf(answers, halves.test) }));
  for (const answers of models) answers.release();
  return {
    route: route.route,
    chosenOn: halves.choose.members.length,
    testedOn: cases.length,
    singles,
    cascades: bestFirst(cascades, route),
  };
}

const OUTCOMES = ["passes", "open", "fails"] as const;

/** Those that hold, the best by the route's objective ahead; the others that were tested; the rest, as they were chosen. */
function bestFirst(cascades: readonly Cascade[], { policy }: PlannedRoute): Cascade[] {
  const rank = ({ test }: Cascade) =>
    test.state === "tested" ? OUTCOMES.indexOf(test.comparison.outcome) : OUTCOMES.length;
  const merit = ({ test }: Cascade): number => {
    if (test.state !== "tested") return 0;
    const { quality, costRatio } = test.comparison;
    return policy.objective === "best-within-budget"
      ? -(quality?.value ?? -1)
      : (costRatio?.value ?? Number.POSITIVE_INFINITY);
  };
  return cascades.toSorted((a, b) => rank(a) - rank(b) || merit(a) - merit(b));
}

function idOf({ manifest }: Run, index: number): string {
  return manifest.candidates[index]?.id ?? "";
}
