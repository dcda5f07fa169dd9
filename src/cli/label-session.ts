import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { CaseDetail } from "../domain/detail.ts";
import { type Label, type LabelLine, VoteSchema } from "../domain/label.ts";
import type { Clock } from "../ports.ts";
import { visible } from "../report/html/visible.ts";
import { seenHash } from "./label-hash.ts";
import { isSwapped, itemOf, type LabelItem, openItems } from "./label-queue.ts";

/** The rubric that single answers are read against. */
export interface LabelRubric {
  readonly hash: string;
  readonly criteria: readonly { readonly id: string; readonly ask: string }[];
}

/** What the page shows next. Answers have no names. */
export interface LabelView {
  readonly state: "item" | "done";
  readonly progress: { readonly mine: number; readonly left: number; readonly labelled: number };
  readonly canUndo: boolean;
  readonly item: {
    readonly id: string;
    readonly question: string;
    readonly context: readonly { readonly title: string; readonly text: string }[];
    readonly reference: readonly string[];
    readonly answers: readonly string[];
    readonly criteria: LabelRubric["criteria"];
  } | null;
}

/** What a labeller says of an item: a vote between two answers, or yes and no to each criterion (null: skipped). */
export const SaidSchema = z.strictObject({
  item: z.string(),
  reason: z.string().max(2_000).optional(),
  vote: VoteSchema.optional(),
  met: z.record(z.string(), z.boolean()).nullable().optional(),
});
export type Said = z.infer<typeof SaidSchema>;

/** One labeller at work: what is next, and what they say. Every word is saved before the next item is shown. */
export interface LabelSession {
  view(): LabelView;
  /** False for an item that is not open to this labeller (a page that is out of date), or a vote that does not fit it. */
  say(said: Said): boolean;
  /** Takes the labeller's last label back; false where there is none. */
  undo(): boolean;
}

export function createLabelSession(options: {
  readonly queue: readonly LabelItem[];
  readonly details: ReadonlyMap<string, Pick<CaseDetail, "input" | "context" | "reference">>;
  readonly rubric: LabelRubric | undefined;
  readonly who: string;
  readonly clock: Clock;
  /** All labels of the suite, read anew: somebody else may be at work. */
  readonly labels: () => readonly Label[];
  readonly append: (line: LabelLine) => void;
}): LabelSession {
  const { queue, rubric, who, clock } = options;
  const own = new Set(queue.map(({ id }) => id));
  const now = () => new Date(clock.now()).toISOString();
  const ofQueue = () => options.labels().filter((label) => own.has(itemOf(label)));
  return {
    view() {
      const labels = ofQueue();
      const open = openItems(queue, labels, who);
      const [next] = open;
      const mine = labels.filter((label) => label.who === who).length;
      const labelled = new Set(labels.map(itemOf)).size;
      const progress = { mine, left: open.length, labelled };
      const facts = { progress, canUndo: mine > 0 };
      if (next === undefined) return { state: "done", ...facts, item: null };
      const detail = options.details.get(next.caseId);
      const item = {
        id: next.id,
        question: visible(detail?.input ?? ""),
        context: (detail?.context ?? []).map(({ title, text }) => ({ title: visible(title), text: visible(text) })),
        reference: (detail?.reference ?? []).map(visible),
        answers: sidesOf(next, who).map(visible),
        criteria: rubric?.criteria ?? [],
      };
      return { state: "item", ...facts, item };
    },
    say(said) {
      // Somebody else may have voted on it meanwhile: two votes are better than a lost one.
      const mine = new Set(ofQueue().flatMap((label) => (label.who === who ? [itemOf(label)] : [])));
      const item = queue.find(({ id }) => id === said.item && !mine.has(id));
      const words = item === undefined ? undefined : wordsOf(item, said, { rubric, who });
      if (item === undefined || words === undefined) return false;
      const { caseId, question, stratum, probability } = item;
      const reason = said.reason?.trim() ? { reason: said.reason.trim() } : {};
      const facts = { id: randomUUID(), case: caseId, question, who, at: now(), ...reason };
      options.append({ ...facts, drawn: { stratum, probability }, ...words });
      return true;
    },
    undo() {
      const last = ofQueue().findLast((label) => label.who === who);
      if (last === undefined) return false;
      options.append({ kind: "undo", of: last.id, who, at: now() });
      return true;
    },
  };
}

/** The answers from left to right. */
function sidesOf(item: LabelItem, who: string): readonly string[] {
  return isSwapped(item, who) ? item.texts.toReversed() : item.texts;
}

function wordsOf(item: LabelItem, said: Said, { rubric, who }: { rubric: LabelRubric | undefined; who: string }) {
  const [left, right] = sidesOf(item, who).map(seenHash);
  if (left === undefined) return undefined;
  if (rubric === undefined) {
    return right === undefined || said.vote === undefined
      ? undefined
      : { kind: "pair" as const, left, right, vote: said.vote };
  }
  const { met } = said;
  const whole = met === null || rubric.criteria.every(({ id }) => met?.[id] !== undefined);
  if (met === undefined || !whole) return undefined;
  return { kind: "rubric" as const, answer: left, rubric: rubric.hash, met };
}
