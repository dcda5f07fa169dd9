import type { ModelFacts, RunFacts } from "../domain/detail.ts";
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
      const latencyEdges = edgesOf(run);
      const models = candidates.flatMap((candidate, index): ModelFacts[] => {
        const count = counts.get(candidate);
        if (count === undefined) return [];
        const { served, answers, judging } = count;
        const latencies = histogram(latenciesOf(run, index), latencyEdges);
        return [
          {
            candidate,
            answered: [...served.values()].reduce((sum, each) => sum + each, 0),
            served: [...served].map(([model, answers]) => ({ model, count: answers })),
            latencies: latencies.some((each) => each > 0) ? latencies : [],
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

/** Measured latencies of a candidate's answered calls, in ms. */
function* latenciesOf({ cases, trials }: Run, candidate: number): Generator<number> {
  for (const index of cases.keys()) {
    for (const { state, latencyMs } of trials.of(candidate, index)) {
      if (state === "completed" && latencyMs !== null) yield latencyMs;
    }
  }
}

function edgesOf(run: Run): number[] {
  const times = new Float64Array(run.trials.size);
  let count = 0;
  for (const candidate of run.manifest.candidates.keys()) {
    for (const ms of latenciesOf(run, candidate)) times[count++] = ms;
  }
  const edges = histogramEdges(times.subarray(0, count).sort(), LATENCY_BINS);
  // Of a million trials they take eight megabytes, which the reports had better have.
  times.buffer.transfer(0);
  return edges;
}
