import type { Estimate, ModelSummary } from "../domain/decision.ts";
import { Growing } from "../domain/growing.ts";
import type { Run, TrialNumbers } from "../domain/run.ts";
import { cut, latencyOf, meanByCase, qualityOfCases, qualityOfClusters, shareOf } from "./estimates.ts";
import { groupCases } from "./groups.ts";
import { isAnswer, type Row, type Table } from "./table.ts";

/** Describes every candidate of a run over all its cases. Intervals are 95 % and for reading, not for tests. */
export function summarise(run: Run, table: Table): ModelSummary[] {
  const slices = slicesOf(run);
  return run.manifest.candidates.map(({ id }, index) => summaryOf(id, table[index] as Row, run, slices));
}

/** Mean quality of every candidate over all its cases, in the run's order; null where nothing is scored. */
export function qualitiesOf(run: Run, table: Table): (Estimate | null)[] {
  const every = everyCase(run);
  return table.map((row) => qualityOf(every, row, run));
}

function summaryOf(candidate: string, row: Row, run: Run, slices: Slices): ModelSummary {
  const { repeats } = run.manifest;
  const seen = { trials: 0, answers: 0, failed: 0, unpriced: 0, unscored: 0 };
  const failures: Record<string, number> = {};
  const timed = new Growing((buffer) => new Float64Array(buffer));
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
    if (latencyMs !== null) timed.push(latencyMs);
    if (visibleTokens === null) continue;
    tokens.counted += 1;
    tokens.visibleOutput += visibleTokens;
    tokens.input += trial.inputTokens ?? 0;
    tokens.reasoning += trial.reasoningTokens ?? 0;
  }
  const times = timed.values.subarray(0, timed.length).sort();
  const { trials, answers, failed, unpriced, unscored } = seen;
  return {
    candidate,
    trials,
    quality: qualityOf(slices.every, row, run),
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
    slices: Object.fromEntries([...slices.named].map(([name, members]) => [name, qualityOf(members, row, run)])),
  };
}

function* trialsOf(row: Row): Generator<TrialNumbers> {
  for (let index = 0; index < row.length; index++) yield* row.at(index).trials;
}

/** Mean quality over the given cases. */
function qualityOf(cases: Uint32Array, row: Row, run: Run): Estimate | null {
  const scored = new Growing((buffer) => new Uint32Array(buffer));
  const values = new Growing((buffer) => new Float64Array(buffer));
  let clustered = false;
  for (const index of cases) {
    const { quality } = row.at(index);
    if (quality === null) continue;
    scored.push(index);
    values.push(quality);
    clustered ||= run.cases.at(index)?.clusterId !== undefined;
  }
  if (scored.length === 0) return null;
  if (clustered) {
    const units = groupCases(run.cases, scored.values.subarray(0, scored.length));
    const qualityOf = (index: number) => row.at(index).quality as number;
    if (units.length < scored.length) {
      return qualityOfClusters(Array.from(units, ({ members }) => Array.from(members, qualityOf)));
    }
  }
  return qualityOfCases(values.values.subarray(0, values.length));
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

/** Indices of the cases: of all, and by `tag=value` for tags that divide them into a readable number of groups. */
interface Slices {
  readonly every: Uint32Array;
  readonly named: ReadonlyMap<string, Uint32Array>;
}

function slicesOf({ cases }: Run): Slices {
  const valuesOf = new Map<string, Set<string>>();
  for (const { tags } of cases) {
    for (const [tag, value] of Object.entries(tags)) {
      const values = valuesOf.get(tag) ?? new Set<string>();
      valuesOf.set(tag, values);
      if (values.size <= MOST_VALUES_OF_A_TAG) values.add(value);
    }
  }
  const inOrder = (names: Iterable<string>) => [...names].sort();
  const named = inOrder(valuesOf.keys()).flatMap((tag) => {
    const values = valuesOf.get(tag) ?? new Set<string>();
    const divides = values.size >= 2 && values.size <= MOST_VALUES_OF_A_TAG;
    return divides ? inOrder(values).map((value) => [`${tag}=${value}`, membersOf(cases, tag, value)] as const) : [];
  });
  return { every: everyCase({ cases }), named: new Map(named) };
}

function everyCase({ cases }: Pick<Run, "cases">): Uint32Array {
  return Uint32Array.from({ length: cases.length }, (_, index) => index);
}

function membersOf(cases: Run["cases"], tag: string, value: string): Uint32Array {
  const members = new Growing((buffer) => new Uint32Array(buffer));
  for (const [index, { tags }] of cases.entries())
    if (Object.hasOwn(tags, tag) && tags[tag] === value) members.push(index);
  return members.values.subarray(0, members.length);
}
