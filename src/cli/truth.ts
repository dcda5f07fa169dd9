import type { Truth } from "../compare/decide.ts";
import type { Case } from "../domain/case.ts";
import type { Manifest, PlannedCandidate } from "../domain/run.ts";
import type { Score } from "../domain/trial.ts";
import { ProviderError, type Scorer } from "../ports.ts";
import { chanceOfRight, createSimulatedProvider, type Fleet } from "../providers/simulated.ts";
import { qualityOf } from "../run/score.ts";
import type { Cases } from "../suite/cases.ts";
import { seededRandom } from "./world.ts";

/** Other draws of the fleet that the truth of graded quality is averaged over. */
const REDRAWS = 12;

/**
 * The true mean quality of every simulated candidate on every case, rules only (a judge's errors are no part of the truth).
 * For right-or-wrong suites it is the stated chance itself; for grades, the mean over other draws of the same fleet.
 * Undefined where judges alone give grades.
 */
export async function truthOf(
  manifest: Manifest,
  cases: Cases,
  fleet: Fleet,
  scorers: readonly Scorer[],
): Promise<Truth | undefined> {
  const rules = scorers.filter(({ certainty, paid }) => certainty !== "judge" && paid !== true);
  if (manifest.suite.scale === "graded" && rules.length === 0) return undefined;
  const redrawn = Array.from({ length: REDRAWS }, (_, draw) =>
    createSimulatedProvider({ ...fleet, random: redraw(fleet, draw) }),
  );
  const meanOfDraws = async ({ model, params }: PlannedCandidate, item: Case): Promise<number> => {
    let sum = 0;
    for (const provider of redrawn) {
      const request = { model, messages: [], tools: [], params, signal: new AbortController().signal };
      const origin = { caseId: item.id, repeat: 0, role: "answer" as const };
      sum += (await qualityOfDraw(() => provider.complete({ ...request, origin }), item, rules)) / REDRAWS;
    }
    return sum;
  };
  const truth = manifest.candidates.map((candidate) => ({ candidate, qualities: new Float64Array(cases.length) }));
  for (const [index, item] of cases.entries()) {
    for (const { candidate, qualities } of truth) {
      const { model } = candidate;
      const survives = 1 - (model.simulation?.failureRate ?? 0);
      qualities[index] =
        manifest.suite.scale === "binary"
          ? chanceOfRight(fleet, model, item) * survives
          : await meanOfDraws(candidate, item);
    }
  }
  return new Map(truth.map(({ candidate, qualities }) => [candidate.id, qualities]));
}

// The difficulty of a case is a fact of it; only a model's own luck is drawn again.
function redraw(fleet: Fleet, draw: number): Fleet["random"] {
  const other = seededRandom(`truth ${draw}`);
  return (name) => (name.startsWith("difficulty ") ? fleet.random(name) : other(name));
}

async function qualityOfDraw(
  complete: () => Promise<import("../domain/trial.ts").Completion>,
  item: Case,
  rules: readonly Scorer[],
): Promise<number> {
  try {
    const completion = await complete();
    const signal = new AbortController().signal;
    const scores: Record<string, Score> = {};
    for (const rule of rules) scores[rule.name] = await rule.score({ case: item, completion, repeat: 0, signal });
    return qualityOf(scores, rules) ?? 0;
  } catch (thrown) {
    if (thrown instanceof ProviderError) return 0;
    throw thrown;
  }
}
