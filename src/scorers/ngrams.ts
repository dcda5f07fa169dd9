import { memo } from "./memo.ts";

/** The runs of tokens of a reference, as a tree: a run of n tokens is a child of that of its first n - 1. */
interface GramTree {
  readonly ids: ReadonlyMap<string, number>;
  /** From a run and the token that follows it to the longer run: `run * ids.size + token`. Run 0 is the empty one. */
  readonly next: ReadonlyMap<number, number>;
  /** How often each run stands in the reference. */
  readonly counts: Int32Array;
}

const LONGEST = 4;

// By the list of tokens itself: a reference is compared with many answers.
const treeOf = memo((tokens: readonly string[]): GramTree => {
  const ids = new Map<string, number>();
  for (const token of tokens) if (!ids.has(token)) ids.set(token, ids.size);
  const coded = tokens.map((token) => ids.get(token) ?? 0);
  const next = new Map<number, number>();
  const counts = [0];
  for (let at = 0; at < coded.length; at++) {
    let run = 0;
    for (let end = at; end < at + LONGEST && end < coded.length; end++) {
      const step = run * ids.size + (coded[end] as number);
      run = next.get(step) ?? counts.length;
      next.set(step, run);
      counts[run] = (counts[run] ?? 0) + 1;
    }
  }
  return { ids, next, counts: Int32Array.from(counts) };
});

/**
 * How many runs of 1, 2, 3 and 4 tokens two texts have in common, each counted as often as it stands in the text that
 * has fewer of it.
 */
export function overlaps(given: readonly string[], wanted: readonly string[]): readonly number[] {
  const { ids, next, counts } = treeOf(wanted);
  const left = counts.slice();
  const coded = new Int32Array(given.length);
  for (let at = 0; at < given.length; at++) coded[at] = ids.get(given[at] as string) ?? -1;
  const common = new Array<number>(LONGEST).fill(0);
  for (let at = 0; at < coded.length; at++) {
    let run: number | undefined = 0;
    for (let size = 1; size <= LONGEST && at + size <= coded.length; size++) {
      const token = coded[at + size - 1] as number;
      run = token < 0 ? undefined : next.get(run * ids.size + token);
      // No longer run can be in the reference where this one is not.
      if (run === undefined) break;
      if ((left[run] as number) === 0) continue;
      left[run] = (left[run] as number) - 1;
      common[size - 1] = (common[size - 1] as number) + 1;
    }
  }
  return common;
}

/** How many runs of `size` tokens there are. */
export function gramTotal(tokens: readonly string[], size: number): number {
  return Math.max(0, tokens.length - size + 1);
}
