import { hasSay } from "../domain/quality.ts";
import type { Run, TrialNumbers } from "../domain/run.ts";
import { changed } from "../domain/trial-table.ts";
import { cellOf, mean, type Row, type Table } from "./table.ts";

/** Two models of a run, by index. */
interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

/**
 * The rows of two models as judges see them that are related to neither: in a run with a panel, the vote of a member of
 * either family does not count, on either answer; and only those count that voted on both, or a lenient member would
 * weigh on one side alone. Without a panel, the rows as they are.
 */
export function unrelatedRows(
  run: Run,
  table: Table,
  pair: Pair,
): { readonly ours: Row; readonly theirs: Row } | undefined {
  const [ours, theirs] = [table[pair.ours], table[pair.theirs]];
  if (ours === undefined || theirs === undefined) return undefined;
  const { panel } = run.manifest.judge ?? {};
  if (panel === undefined) return { ours, theirs };
  const families = [pair.ours, pair.theirs].map((at) => run.manifest.candidates[at]?.model.family);
  const unrelated = panel.map(({ family }) => !families.includes(family));
  return { ours: heardBy(unrelated, run, [ours, theirs]), theirs: heardBy(unrelated, run, [theirs, ours]) };
}

function heardBy(unrelated: readonly boolean[], { manifest }: Run, [own, other]: readonly [Row, Row]): Row {
  return {
    length: own.length,
    at(caseIndex) {
      const others = new Map(other.at(caseIndex).trials.map((trial) => [trial.repeat, trial]));
      const heard = own
        .at(caseIndex)
        .trials.map((trial) => reheard(trial, others.get(trial.repeat), { unrelated, manifest }));
      return cellOf(heard, manifest.repeats);
    },
  };
}

/** A trial with its quality made anew of the votes that count. */
function reheard(
  trial: TrialNumbers,
  other: TrialNumbers | undefined,
  { unrelated, manifest }: { readonly unrelated: readonly boolean[]; readonly manifest: Run["manifest"] },
): TrialNumbers {
  if (trial.state !== "completed" || trial.quality === null) return trial;
  let sum = 0;
  let weights = 0;
  for (const [scorer, part] of manifest.scorers.entries()) {
    if (!hasSay(part)) continue;
    const { weight, required, panel } = part;
    const votes = trial.votes?.[scorer] ?? [];
    const theirs = other?.votes?.[scorer] ?? [];
    // What a panel did not vote on (the same words, no rival) has a value all the same.
    const voted = panel !== undefined && votes.some((vote) => vote !== null);
    const alone = theirs.every((vote) => vote === null);
    const counted = votes.filter(
      (vote, at) => vote !== null && unrelated[at] === true && (alone || theirs[at] != null),
    );
    const value = voted
      ? combined(
          counted.filter((vote) => vote !== null),
          panel,
        )
      : (trial.values[scorer] ?? null);
    if (value === null) {
      return changed(trial, { quality: null, reason: "no judge of another family read both answers" });
    }
    if (required && value === 0) return changed(trial, { quality: 0 });
    sum += weight * value;
    weights += weight;
  }
  return weights === 0 ? trial : changed(trial, { quality: sum / weights });
}

/** As scoring puts a panel's values together: their mean, or their middle. */
function combined(values: readonly number[], how: "mean" | "majority"): number | null {
  if (values.length === 0) return null;
  if (how === "mean") return mean(values);
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
