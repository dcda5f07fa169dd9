import type { Estimate, ModelSummary } from "../domain/decision.ts";
import type { Run, TrialNumbers } from "../domain/run.ts";
import { cut, latencyOf, meanByCase, qualityOfCases, qualityOfClusters, shareOf } from "./estimates.ts";
import { groupCases } from "./groups.ts";
import { isAnswer, type Row, type Table } from "./table.ts";

/** Describes every candidate of a run over all its cases. Intervals are 95 % and for reading, not for tests. */
export function summarise(run: Run, table: Table): ModelSummary[] {
  const slices = casesByTag(run);
  return run.manifest.candidates.map(({ id }, index) => summaryOf(id, table[index] as Row, run, slices));
}

/** Mean quality of every candidate over all its cases, in the run's order; null where nothing is scored. */
export function qualitiesOf(run: Run, table: Table): (Estimate | null)[] {
  const every = [...run.cases.keys()];
  return table.map((row) => qualityOf(every, row, run));
}

function summaryOf(candidate: string, row: Row, run: Run, slices: CasesByTag): ModelSummary {
  const { repeats } = run.manifest;
  const every = [...run.cases.keys()];
  const seen = { trials: 0, answers: 0, failed: 0, unpriced: 0, unscored: 0 };
  const failures: Record<string, number> = {};
  const times: number[] = [];
  const tokens = { input: 0, visibleOutput: 0, reasoning: 0, counted: 0 };
  for (const trial of trialsOf(row)) {
    const { state, reason, quality, costUsd, latencyMs, visibleTokens } = trial;
    seen.trials += 1;
    if (isAnswer(trial)) {
      seen.answers += 1;
      if (costUsd === null) seen.unpriced += 1;
    }
    if (state === "failed") {
      seen.failed += 1;
      if (reason !== null) failures[reason] = (failures[reason] ?? 0) + 1;
    }
    if (state !== "completed") continue;
    if (quality === null) seen.unscored += 1;
    if (latencyMs !== null) times.push(latencyMs);
    if (visibleTokens === null) continue;
    tokens.counted += 1;
    tokens.visibleOutput += visibleTokens;
    tokens.input += trial.inputTokens ?? 0;
    tokens.reasoning += trial.reasoningTokens ?? 0;
  }
  times.sort((a, b) => a - b);
  const { trials, answers, failed, unpriced, unscored } = seen;
  return {
    candidate,
    trials,
    quality: qualityOf(every, row, run),
    scorers: Object.fromEntries(
      run.manifest.scorers.map(({ name }, at) => [
        name,
        cut(
          meanByCase(
            columnOf(row, repeats, ({ values }) => values[at] ?? null),
            repeats,
          ),
        ),
      ]),
    ),
    costPer1000:
      unpriced > 0
        ? null
        : meanByCase(
            columnOf(row, repeats, ({ costUsd }) => (costUsd === null ? null : costUsd * 1_000)),
            repeats,
          ),
    latencyP50Ms: latencyOf(times, 0.5),
    latencyP95Ms: latencyOf(times, 0.95),
    errors: answers === 0 ? null : shareOf(failed, answers),
    failures,
    unscored,
    unpriced,
    tokens,
    slices: Object.fromEntries([...slices].map(([name, members]) => [name, qualityOf(members, row, run)])),
  };
}

function* trialsOf(row: Row): Generator<TrialNumbers> {
  for (let index = 0; index < row.length; index++) yield* row.at(index).trials;
}

/** Mean quality over the given cases. */
function qualityOf(cases: readonly number[], row: Row, run: Run): Estimate | null {
  const scored = cases.filter((index) => row.at(index).quality !== null);
  if (scored.length === 0) return null;
  const qualityOf = (index: number) => row.at(index).quality as number;
  if (scored.some((index) => run.cases.at(index)?.clusterId !== undefined)) {
    const units = groupCases(run.cases, scored);
    if (units.length < scored.length)
      return qualityOfClusters(Array.from(units, ({ members }) => Array.from(members, qualityOf)));
  }
  return qualityOfCases(scored.map(qualityOf));
}

/** What the trials say, by case, then by repeat; NaN where nothing is known. */
function columnOf(row: Row, repeats: number, pick: (trial: TrialNumbers) => number | null): Float64Array {
  const column = new Float64Array(row.length * repeats).fill(Number.NaN);
  for (let index = 0; index < row.length; index++) {
    for (const trial of row.at(index).trials) column[index * repeats + trial.repeat] = pick(trial) ?? Number.NaN;
  }
  return column;
}

const MOST_VALUES_OF_A_TAG = 24;

/** Indices of the cases by `tag=value`, for tags that divide the cases into a readable number of groups. */
type CasesByTag = ReadonlyMap<string, readonly number[]>;

function casesByTag({ cases }: Run): CasesByTag {
  const byTag = new Map<string, Map<string, number[]>>();
  for (const [index, { tags }] of cases.entries()) {
    for (const [tag, value] of Object.entries(tags)) {
      const values = byTag.get(tag) ?? new Map<string, number[]>();
      byTag.set(tag, values);
      const members = values.get(value) ?? [];
      values.set(value, members);
      members.push(index);
    }
  }
  const named = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => a.localeCompare(b, "en"));
  return new Map(
    named(byTag)
      .filter(([, values]) => values.size >= 2 && values.size <= MOST_VALUES_OF_A_TAG)
      .flatMap(([tag, values]) => named(values).map(([value, members]) => [`${tag}=${value}`, members])),
  );
}
