import type { CaseIndex } from "./store.ts";

/** What the controls ask for. */
export interface Wanted {
  readonly show: string;
  /** Index of a tag; -1 for any. */
  readonly tag: number;
  /** Index of a model that `show` and the search are about; -1 for any. */
  readonly model: number;
  /** Lower case; empty for any. */
  readonly text: string;
  readonly sort: string;
  readonly pair: readonly [reference: number, candidate: number];
}

/** Candidate minus reference on a case; null where one of them has no quality. */
export function gapAt({ columns }: CaseIndex, at: number, [reference, candidate]: Wanted["pair"]): number | null {
  const ours = columns.quality(candidate, at);
  const theirs = columns.quality(reference, at);
  return ours === null || theirs === null ? null : ours - theirs;
}

/**
 * The cases that are wanted, in the order that is wanted.
 * @param found cases whose texts hold the words searched for
 */
export function chooseCases(index: CaseIndex, wanted: Wanted, found: ReadonlySet<number>): number[] {
  const rows: number[] = [];
  const texts = wanted.text === "" ? undefined : textsOf(index);
  for (let at = 0; at < index.ids.length; at++) {
    if (wanted.tag >= 0 && !index.columns.hasTag(at, wanted.tag)) continue;
    if (!isShown(index, at, wanted)) continue;
    if (texts !== undefined && !found.has(at) && !(wanted.model < 0 && texts[at]?.includes(wanted.text))) continue;
    rows.push(at);
  }
  return inOrder(rows, index, wanted);
}

function isShown(index: CaseIndex, at: number, { show, pair, model }: Wanted): boolean {
  const { columns } = index;
  const models = model < 0 ? Array.from({ length: columns.models }, (_, each) => each) : [model];
  switch (show) {
    case "worse":
      return (gapAt(index, at, pair) ?? 0) < 0;
    case "better":
      return (gapAt(index, at, pair) ?? 0) > 0;
    case "same":
      return gapAt(index, at, pair) === 0;
    case "right":
      return models.some((each) => columns.quality(each, at) === 1);
    case "wrong":
      return models.some((each) => columns.quality(each, at) === 0);
    case "failed":
      return models.some((each) => columns.failed(each, at));
    default:
      return true;
  }
}

function inOrder(rows: number[], index: CaseIndex, { sort, pair }: Wanted): number[] {
  const ranks = ranksOf(index);
  const byId = (a: number, b: number) => (ranks[a] as number) - (ranks[b] as number);
  if (sort === "id") return rows.sort(byId);
  if (sort === "dispute") {
    return rows.sort((a, b) => index.columns.dispute(b) - index.columns.dispute(a) || byId(a, b));
  }
  const way = sort === "gain" ? -1 : 1;
  // A case without a difference says nothing about the pair: last, whichever way the list runs.
  const keys = new Float64Array(index.ids.length).fill(Number.POSITIVE_INFINITY);
  for (const at of rows) {
    const gap = gapAt(index, at, pair);
    if (gap !== null) keys[at] = way * gap;
  }
  return rows.sort((a, b) => {
    const [ours, theirs] = [keys[a] as number, keys[b] as number];
    return ours === theirs ? byId(a, b) : ours < theirs ? -1 : 1;
  });
}

const ranked = new WeakMap<CaseIndex, Uint32Array>();

/** Where each case stands by its id, `r-9` before `r-10`: found once, for comparing names is slow. */
function ranksOf(index: CaseIndex): Uint32Array {
  const known = ranked.get(index);
  if (known !== undefined) return known;
  const { compare } = new Intl.Collator("en", { numeric: true });
  const order = [...index.ids.keys()].sort((a, b) => compare(index.ids[a] as string, index.ids[b] as string));
  const ranks = new Uint32Array(order.length);
  for (const [rank, at] of order.entries()) ranks[at] = rank;
  ranked.set(index, ranks);
  return ranks;
}

const lowered = new WeakMap<CaseIndex, string[]>();

function textsOf(index: CaseIndex): string[] {
  const known = lowered.get(index);
  if (known !== undefined) return known;
  const texts = index.ids.map((id, at) => `${id}\n${index.titles[at]}`.toLowerCase());
  lowered.set(index, texts);
  return texts;
}
