import type { Cascade } from "../domain/decision.ts";
import type { PlannedCandidate, PlannedRoute, Run, TrialNumbers } from "../domain/run.ts";
import { TrialTable } from "../domain/trial-table.ts";
import type { Random } from "../ports.ts";
import { wilson } from "../stats/proportion.ts";
import { type Escalation, escalationsOf } from "./cascade-rules.ts";
import { type Cell, cellsOf, comparisonOf } from "./comparison.ts";
import { casesOf, groupCases } from "./pairs.ts";
import { standingsOf } from "./standings.ts";
import { summarise } from "./summary.ts";
import { mean, type Row, type Table, tabulate } from "./table.ts";

const LEVEL = 0.95;
/** A cascade may give up this share of the margin where it is chosen, so that it has a chance where it is tested. */
const SHARE_OF_MARGIN = 0.5;

interface Choice {
  readonly route: PlannedRoute;
  readonly first: number;
  readonly second: number;
  readonly rule: Escalation;
  readonly chosenOn: number;
  readonly testedOn: readonly number[];
}

/**
 * For each route the two-step cascade that looks best on one half of its units, tested on the other against the incumbent:
 * a cheap model answers, and where a rule that needs no reference fails, a second model is asked. From answers that both
 * have given already; nobody is called. All cascades are one family under Holm, apart from the run's own: these are further
 * questions, asked of the same answers.
 */
export function cascadesOf(run: Run, table: Table, random: Random): Cascade[] {
  const chosen = run.manifest.routes.flatMap((route) => choose(route, run, table) ?? []);
  const tested = chosen.flatMap((choice) => {
    const half = composed(choice, run);
    const [cell] = cellsOf(choice.route, { run: half.run, table: tabulate(half.run), ledger: undefined });
    return cell === undefined ? [] : [{ choice, half, cell }];
  });
  if (tested.length === 0) return [];
  const alpha = Math.min(...tested.map(({ choice }) => choice.route.policy.alpha));
  const standings = standingsOf(
    tested.map(({ cell }) => cell.p),
    alpha,
  );
  return tested.map(({ choice, half, cell }, index) => {
    const standing = standings[index] ?? { level: 0, pHolm: 1 };
    return describe(choice, half, comparisonOf(cell, standing, { random, truth: undefined }), run, cell);
  });
}

function describe(
  { route, first, second, rule, chosenOn }: Choice,
  { run: half, escalated }: Composed,
  comparison: Cascade["comparison"],
  run: Run,
  { members }: Cell,
): Cascade {
  const summary = summarise(half, tabulate(half)).find(({ candidate }) => candidate === comparison.candidate);
  const n = members().reduce((sum, indices) => sum + indices.length, 0) * half.manifest.repeats;
  return {
    route: route.route,
    first: idOf(run, first),
    second: idOf(run, second),
    rule: rule.name,
    chosenOn,
    escalated: { value: escalated / n, interval: wilson(escalated, n, LEVEL), n },
    quality: summary?.quality ?? { value: 0, interval: null, n: 0, why: "no answers" },
    costPer1000: summary?.costPer1000 ?? null,
    latencyP95Ms: summary?.latencyP95Ms ?? null,
    comparison,
  };
}

/** The cheapest cascade of a route that keeps within half the margin where it is chosen, and saves enough. */
function choose(route: PlannedRoute, run: Run, table: Table): Choice | undefined {
  const { candidates } = run.manifest;
  const incumbent = candidates.findIndex(({ id }) => id === route.incumbent);
  if (incumbent === -1) return undefined;
  const answered = casesOf(run, route.slice).filter((index) =>
    table.every((row) => row.at(index).scored === 1 && row.at(index).costUsd !== null),
  );
  const units = groupCases(run.cases, answered);
  const half = (rest: number) => units.filter((_, at) => at % 2 === rest).flatMap(({ members }) => members);
  const [chooseOn, testOn] = [half(0), half(1)];
  if (chooseOn.length === 0 || testOn.length === 0) return undefined;
  const sums = table.map((row) => {
    const quality = Float64Array.from(chooseOn, (index) => row.at(index).quality ?? 0);
    const usd = Float64Array.from(chooseOn, (index) => row.at(index).costUsd ?? 0);
    return { quality, usd, meanQuality: mean([...quality]), meanUsd: mean([...usd]) };
  });
  const { policy } = route;
  const least = (sums[incumbent]?.meanQuality ?? 0) - SHARE_OF_MARGIN * policy.margin;
  const most = (1 - policy.minSaving) * (sums[incumbent]?.meanUsd ?? 0);
  let best: { readonly choice: Choice; readonly usd: number } | undefined;
  for (const [first, own] of sums.entries()) {
    const dearer = sums.flatMap((other, second) => (own.meanUsd < other.meanUsd ? [{ other, second }] : []));
    if (dearer.length === 0) continue;
    for (const { rule, shares } of rulesOf(run, table[first] as Row, chooseOn)) {
      const asked = shares.reduce((sum, share) => sum + share, 0);
      if (asked === 0 || asked === shares.length) continue;
      for (const { other, second } of dearer) {
        let quality = 0;
        let usd = 0;
        for (const [at, share] of shares.entries()) {
          quality += (1 - share) * (own.quality[at] as number) + share * (other.quality[at] as number);
          usd += (own.usd[at] as number) + share * (other.usd[at] as number);
        }
        const [meanQuality, meanUsd] = [quality / shares.length, usd / shares.length];
        if (meanQuality < least || meanUsd > most || (best !== undefined && meanUsd >= best.usd)) continue;
        best = { choice: { route, first, second, rule, chosenOn: chooseOn.length, testedOn: testOn }, usd: meanUsd };
      }
    }
  }
  return best?.choice;
}

/** Each rule with the share of a case's answers that it sends on. The answers themselves are looked up, not held. */
function rulesOf(run: Run, row: Row, indices: readonly number[]): { rule: Escalation; shares: Float64Array }[] {
  const answers = function* () {
    for (const index of indices) yield* row.at(index).trials;
  };
  const rules = escalationsOf(run, answers).map((rule) => ({ rule, shares: new Float64Array(indices.length) }));
  for (const [at, index] of indices.entries()) {
    const { trials } = row.at(index);
    for (const { rule, shares } of rules) shares[at] = trials.filter(rule.fails).length / trials.length;
  }
  return rules;
}

interface Composed {
  readonly run: Run;
  readonly escalated: number;
}

// The other half as a run of two candidates: the incumbent, and the cascade with what its calls cost and took together.
function composed({ route, first, second, rule, testedOn }: Choice, run: Run): Composed {
  const { manifest } = run;
  const served = manifest.candidates.findIndex(({ id }) => id === route.incumbent);
  const strong = manifest.candidates[second] as PlannedCandidate;
  const cascade = { ...strong, id: `${idOf(run, first)} -> ${strong.id}` };
  const { slices: _, ...whole } = route;
  const cases = testedOn.toSorted((a, b) => a - b).map((index) => ({ index, fact: run.cases.at(index) }));
  const trials = new TrialTable({
    cases: cases.length,
    candidates: 2,
    repeats: manifest.repeats,
    scorers: manifest.scorers.length,
  });
  let escalated = 0;
  for (const [caseIndex, { index }] of cases.entries()) {
    for (const trial of run.trials.of(served, index)) trials.set({ ...trial, caseIndex, candidateIndex: 0 });
    const asked = run.trials.of(second, index);
    for (const trial of run.trials.of(first, index)) {
      const next = rule.fails(trial) ? asked.find(({ repeat }) => repeat === trial.repeat) : undefined;
      if (next !== undefined) escalated += 1;
      trials.set({ ...(next === undefined ? trial : together(trial, next)), caseIndex, candidateIndex: 1 });
    }
  }
  const half: Run = {
    manifest: {
      ...manifest,
      candidates: [manifest.candidates[served] as PlannedCandidate, cascade],
      routes: [whole],
      order: cases.flatMap(({ fact }) => fact?.id ?? []),
      plannedN: Math.max(1, cases.length),
    },
    cases: cases.flatMap(({ fact }) => fact ?? []),
    trials,
  };
  return { run: half, escalated };
}

function together(first: TrialNumbers, second: TrialNumbers): TrialNumbers {
  const sum = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b);
  return {
    ...second,
    costUsd: sum(first.costUsd, second.costUsd),
    latencyMs: sum(first.latencyMs, second.latencyMs),
    inputTokens: sum(first.inputTokens, second.inputTokens),
    visibleTokens: sum(first.visibleTokens, second.visibleTokens),
  };
}

function idOf({ manifest }: Run, index: number): string {
  return manifest.candidates[index]?.id ?? "";
}
