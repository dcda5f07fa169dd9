import { judgedPairs, type Stratum } from "../compare/label-pairs.ts";
import type { Label } from "../domain/label.ts";
import type { Trial } from "../domain/trial.ts";
import { shuffled } from "../suite/plan.ts";
import { questionHash, seenHash } from "./label-hash.ts";
import type { LabelRun } from "./label-run.ts";
import { seededRandom } from "./world.ts";

/** What a labeller is asked: which of two answers is better, or whether one meets each criterion. */
export interface LabelItem {
  readonly id: string;
  readonly caseId: string;
  /** Hash of what was asked. */
  readonly question: string;
  /** Two answers to compare, or one to judge. Their order means nothing. */
  readonly texts: readonly [string] | readonly [string, string];
  readonly stratum: Stratum;
  readonly probability: number;
  /** Shown to every labeller, so that people can be compared with each other. */
  readonly shared: boolean;
}

/** How much more a pair of each stratum is worth a label: people tell most where scorers contradict each other. */
const WORTH: Readonly<Record<Stratum, number>> = { disagreement: 3, decided: 2, tied: 1, same: 0, settled: 0 };
/** One pair in so many is shown to everybody. */
const SHARED_EVERY = 5;

/**
 * The pairs that people are asked about, most telling first. Each stratum is drawn from at random, at a rate of its own
 * that is known; the strata take turns, so that whoever stops early has a fair share of each.
 * @param wanted labels in all; at least two of every stratum that has them
 */
export function labelQueue(opened: LabelRun, wanted: number): LabelItem[] {
  const { run, numbers, question, cases, answers } = opened;
  const open = judgedPairs(numbers, question).filter(({ known }) => known === null);
  const strata = Map.groupBy(open, ({ stratum }) => stratum);
  const sizes = new Map([...strata].map(([stratum, pairs]) => [stratum, pairs.length]));
  const shares = allocate(sizes, wanted);
  const random = seededRandom(`labels ${run.manifest.suite.id}`);
  const drawn = [...strata].flatMap(([stratum, pairs]) => {
    const share = shares.get(stratum) ?? 0;
    const order = shuffled(pairs, random(`${opened.candidate} ${opened.incumbent} ${stratum}`));
    return order.slice(0, share).map((pair, at) => ({ pair, turn: (at + 0.5) / share, share, of: pairs.length }));
  });
  drawn.sort((a, b) => a.turn - b.turn || WORTH[b.pair.stratum] - WORTH[a.pair.stratum]);
  return drawn.flatMap(({ pair, share, of }, at) => {
    const item = cases.at(pair.caseIndex);
    const [ours, theirs] = [answers.candidate, answers.incumbent].map((by) => textOf(by.get(item.id)?.trial));
    if (ours === undefined || theirs === undefined) return [];
    const facts = { caseId: item.id, question: questionHash(item), stratum: pair.stratum, probability: share / of };
    const texts = [ours, theirs] as const;
    return [{ ...facts, id: itemId(facts.question, texts.map(seenHash)), texts, shared: at % SHARED_EVERY === 0 }];
  });
}

/** Each answer of the drawn pairs by itself, to be read against a rubric. */
export function singleItems(queue: readonly LabelItem[]): LabelItem[] {
  return queue.flatMap((item) =>
    item.texts.map((text) => ({ ...item, texts: [text], id: itemId(item.question, [seenHash(text)]) })),
  );
}

/** Names what was seen, whichever side it stood on. */
function itemId(question: string, answers: readonly string[]): string {
  return seenHash(JSON.stringify([question, ...answers.toSorted()]));
}

function textOf(trial: Trial | undefined): string | undefined {
  return trial?.outcome.state === "completed" ? trial.outcome.completion.text : undefined;
}

/**
 * How many of each stratum to draw: in proportion to its size times its worth, never more than there are, and at least
 * two of each (one says nothing about how far they differ).
 */
export function allocate(sizes: ReadonlyMap<Stratum, number>, wanted: number): Map<Stratum, number> {
  const shares = new Map<Stratum, number>();
  let left = Math.min(
    wanted,
    [...sizes.values()].reduce((sum, size) => sum + size, 0),
  );
  let open = [...sizes].filter(([, size]) => size > 0);
  while (open.length > 0) {
    const total = open.reduce((sum, [stratum, size]) => sum + size * WORTH[stratum], 0);
    const exact = ([stratum, size]: [Stratum, number]) => (left * size * WORTH[stratum]) / total;
    const full = open.filter((entry) => exact(entry) >= entry[1]);
    if (full.length === 0) {
      for (const entry of open) shares.set(entry[0], Math.min(entry[1], Math.max(2, Math.round(exact(entry)))));
      return shares;
    }
    for (const [stratum, size] of full) {
      shares.set(stratum, size);
      left -= size;
    }
    open = open.filter((entry) => !full.includes(entry));
  }
  return shares;
}

/** Which of two sides the first answer is shown on: by chance, but the same for a labeller who comes back. */
export function isSwapped(item: Pick<LabelItem, "id">, who: string): boolean {
  return seededRandom(`side ${who}`)(item.id)() < 0.5;
}

/** The item that a label is on. */
export function itemOf(label: Label): string {
  return itemId(label.question, label.kind === "pair" ? [label.left, label.right] : [label.answer]);
}

/**
 * What is left for a labeller: shared items that they have not seen, and others that nobody has. Everybody begins at
 * another place of the queue, so that two who vote at the same time seldom meet.
 */
export function openItems(queue: readonly LabelItem[], labels: readonly Label[], who: string): LabelItem[] {
  const seen = Map.groupBy(labels, itemOf);
  const start = Math.floor(seededRandom("place")(who)() * queue.length);
  return [...queue.slice(start), ...queue.slice(0, start)].filter(({ id, shared }) => {
    const by = seen.get(id) ?? [];
    return shared ? by.every((label) => label.who !== who) : by.length === 0;
  });
}
