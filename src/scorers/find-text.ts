import { z } from "zod";
import type { Completion } from "../domain/trial.ts";
import { plain, plainAnswer, squeezed, withoutStop } from "./normal.ts";
import { TextTarget } from "./text-target.ts";

export const SoughtText = z
  .string()
  .refine((text) => squeezed(text) !== "", { message: "an empty text is in every answer" });

/** How texts are looked for in an answer. */
export const FindOptions = z.strictObject({
  /** Upper and lower case differ. */
  matchCase: z.boolean().default(false),
  /** Only whole words count: "cat" is not in "category". */
  words: z.boolean().default(false),
});
type FindOptions = z.infer<typeof FindOptions>;

/** Texts of a case's target: one, or a list. */
const ListTarget = z.union([z.array(SoughtText).min(1), TextTarget.transform((target) => [textOf(target)])]);

function textOf(target: TextTarget): string {
  return typeof target === "object" ? target.text : String(target);
}

/** What is looked for: the texts of the suite, or else of the case's target; undefined where neither has any. */
export function soughtTexts(ofSuite: readonly string[] | undefined, target: unknown): readonly string[] | undefined {
  if (ofSuite !== undefined) return ofSuite;
  const texts = ListTarget.safeParse(target).data;
  return texts?.every((text) => squeezed(text) !== "") === true ? texts : undefined;
}

/** Why a case cannot be looked into: neither suite nor target says what for. */
export const NOTHING_SOUGHT = "neither the options nor its target say which text to look for";

/** Whether the answer holds a text. A stop at the text's end is not looked for. */
export function findText(completion: Completion, sought: string, { matchCase, words }: FindOptions): boolean {
  const text = matchCase ? squeezed(completion.text) : plainAnswer(completion);
  const wanted = withoutStop(matchCase ? squeezed(sought) : plain(sought));
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (!words || (!isWithinWord(text, at) && !isWithinWord(text, at + wanted.length))) return true;
  }
  return false;
}

const WORD_CHARACTER = /[\p{L}\p{M}\p{N}_]/u;

/** Whether a place has characters of a word on either side. */
function isWithinWord(text: string, at: number): boolean {
  const before = /[\p{L}\p{M}\p{N}_]$/u.test(text.slice(Math.max(0, at - 2), at));
  return before && WORD_CHARACTER.test(String.fromCodePoint(text.codePointAt(at) ?? 0x20));
}
