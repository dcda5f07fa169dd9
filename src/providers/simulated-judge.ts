import type { Simulation } from "../domain/model.ts";
import type { AnswerEntry } from "./answer-book.ts";

/** How a simulated judge errs; all of it is stated in the catalogue. */
export type JudgeTraits = Pick<
  Simulation,
  "judgeAccuracy" | "judgePositionBias" | "judgeVerbosityBias" | "judgeLeniency"
>;

/**
 * What a simulated judge says of one answer or of two. It reads what stands between the tags, as a real judge would, and
 * knows the answer book: the merit of an answer is the share of the case's points it makes, less its errors.
 */
export function judgeReply(prompt: string, entry: AnswerEntry, traits: JudgeTraits, chance: () => number): string {
  const pair = /<(answer-[0-9a-f]+)-a>\n([\s\S]*)\n<\/\1-a>\s*<\1-b>\n([\s\S]*)\n<\/\1-b>/.exec(prompt);
  if (pair !== null) {
    const [, tag = "", first = "", second = ""] = pair;
    return JSON.stringify({ for: tag, reason: "", winner: winnerOf([first, second], entry, { traits, chance }) });
  }
  const [before = "", tag = "", answer = ""] = prompt.split(/<(answer-[0-9a-f]+)>\n([\s\S]*)\n<\/\1>/);
  const choices = listed(before, "Choices");
  if (choices.length > 0) {
    return JSON.stringify({
      for: tag,
      reason: "",
      choice: choiceOf(meritOf(answer, entry), choices, { traits, chance }),
    });
  }
  // A word or two are no evidence.
  const evidence = /^[\s\S]{20,}?[.!?](?=\s)/.exec(answer)?.[0] ?? answer;
  const ids = listed(before, "Criteria");
  const merit = meritOf(answer, entry);
  const criteria = ids.map((id, index) => {
    const met = readsAsMet(merit >= (index + 1) / (ids.length + 1), traits, chance);
    return { id, met, evidence: met ? evidence : "" };
  });
  return JSON.stringify({ for: tag, criteria });
}

interface Reader {
  readonly traits: JudgeTraits;
  readonly chance: () => number;
}

// Criterion i of k is truly met where the merit reaches i / (k + 1). Leniency is the chance to let a miss pass.
function readsAsMet(truly: boolean, { judgeAccuracy = 1, judgeLeniency }: JudgeTraits, chance: () => number): boolean {
  const met = chance() < judgeAccuracy ? truly : !truly;
  return met || (judgeLeniency > 0 && chance() < judgeLeniency);
}

// The bias for a place or for length comes first: such a judge never looks at the merit.
function winnerOf(answers: readonly [string, string], entry: AnswerEntry, { traits, chance }: Reader): string {
  const [first, second] = answers;
  if (chance() < traits.judgePositionBias) return "A";
  if (first.length !== second.length && chance() < traits.judgeVerbosityBias) {
    return first.length > second.length ? "A" : "B";
  }
  const lead = meritOf(first, entry) - meritOf(second, entry);
  const truly = lead === 0 ? "tie" : lead > 0 ? "A" : "B";
  if (chance() < (traits.judgeAccuracy ?? 1)) return truly;
  return truly === "A" ? "B" : truly === "B" ? "A" : chance() < 0.5 ? "A" : "B";
}

// The choices are taken to stand from the worst to the best.
function choiceOf(merit: number, choices: readonly string[], { traits, chance }: Reader): string {
  const last = choices.length - 1;
  const truly = Math.round(Math.min(1, Math.max(0, merit)) * last);
  const read = chance() < (traits.judgeAccuracy ?? 1) ? truly : Math.floor(chance() * choices.length);
  return choices[Math.min(last, chance() < traits.judgeLeniency ? read + 1 : read)] as string;
}

// Questions, references and answers may hold lists of the same look.
function listed(before: string, title: string): string[] {
  const at = before.lastIndexOf(`${title}:\n`);
  if (at < 0) return [];
  return [...before.slice(at).matchAll(/^- ([a-z][a-z0-9-]*): /gm)].map((hit) => hit[1] as string);
}

function meritOf(answer: string, entry: AnswerEntry): number {
  if (!("points" in entry)) return "reference" in entry && answer.includes(entry.reference.trimEnd()) ? 1 : 0;
  const says = (sentence: string) => answer.includes(sentence.replace(/[.!?]$/, ""));
  const points = Object.values(entry.points);
  const made = points.filter((wordings) => wordings.some(says)).length;
  const wrong = entry.errors.filter(says).length;
  return made / points.length - wrong / 4;
}
