import type { ModelFacts, RunFacts } from "../domain/detail.ts";
import { Growing } from "../domain/growing.ts";
import type { Run } from "../domain/run.ts";
import type { Trial, TrialScores } from "../domain/trial.ts";
import type { JournalRecord } from "../ports.ts";
import { histogram, histogramEdges } from "../stats/histogram.ts";

const LATENCY_BINS = 48;

interface Bill {
  calls: number;
  knownUsd: number;
  unpriced: number;
}

/** Counts what a report shows of every candidate while the records of its journal pass by: who served it, and its bills. */
export function createTally(candidates: readonly string[]) {
  const bill = (): Bill => ({ calls: 0, knownUsd: 0, unpriced: 0 });
  const counts = new Map(
    candidates.map((id) => [id, { served: new Map<string | null, number>(), answers: bill(), judging: bill() }]),
  );

  function addTrial({ candidate, outcome }: Trial): void {
    const count = counts.get(candidate);
    if (count === undefined) return;
    charge(count.answers, outcome.costUsd);
    if (outcome.state !== "completed") return;
    const name = outcome.completion.servedModel || null;
    count.served.set(name, (count.served.get(name) ?? 0) + 1);
  }

  function addScores({ candidate, scores }: TrialScores): void {
    const count = counts.get(candidate);
    if (count === undefined) return;
    for (const score of Object.values(scores)) {
      if (score.state === "scored") {
        if (score.judge !== undefined) charge(count.judging, score.judge.costUsd);
      } else if (score.unpriced === true || score.costUsd !== undefined) charge(count.judging, score.costUsd);
    }
  }

  return {
    add(record: JournalRecord): void {
      if (record.type === "trial") addTrial(record.trial);
      else addScores(record.scores);
    },
    /** Joined with the latencies of the run. */
    facts(run: Run): Pick<RunFacts, "models" | "latencyEdges"> {
      const latencies = latenciesOf(run);
      const latencyEdges = histogramEdges(joined(latencies), LATENCY_BINS);
      const models = candidates.flatMap((candidate, index): ModelFacts[] => {
        const count = counts.get(candidate);
        if (count === undefined) return [];
        const { served, answers, judging } = count;
        const times = latencies[index] ?? [];
        return [
          {
            candidate,
            answered: [...served.values()].reduce((sum, each) => sum + each, 0),
            served: [...served].map(([model, answers]) => ({ model, count: answers })),
            latencies: times.length === 0 ? [] : histogram(times, latencyEdges),
            answers,
            judging,
          },
        ];
      });
      return { models, latencyEdges };
    },
  };
}

function charge(bill: Bill, usd: number | undefined): void {
  bill.calls += 1;
  if (usd === undefined) bill.unpriced += 1;
  else bill.knownUsd += usd;
}

/** Measured latencies of answered calls in ms, by candidate. */
function latenciesOf({ manifest, trials }: Run): Float64Array[] {
  const times = manifest.candidates.map(() => new Growing((buffer) => new Float64Array(buffer)));
  for (const { state, candidateIndex, latencyMs } of trials) {
    if (state === "completed" && latencyMs !== null) times[candidateIndex]?.push(latencyMs);
  }
  return times.map(({ values, length }) => values.subarray(0, length));
}

function joined(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const column of columns) {
    all.set(column, end);
    end += column.length;
  }
  return all;
}
