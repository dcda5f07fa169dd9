import type { AnswerEntry } from "./answer-book.ts";

/**
 * What a simulated judge says of an answer. It reads the answer between its tags, as a real judge would, and knows the
 * answer book: the merit of an answer is the share of the case's points it makes, less its errors. Criterion i of k is
 * truly met where the merit reaches i / (k + 1); the judge reads each criterion rightly with probability `accuracy`.
 */
export function judgeReply(prompt: string, entry: AnswerEntry, accuracy: number, chance: () => number): string {
  const [before = "", , answer = ""] = prompt.split(/<(answer-[0-9a-f]+)>\n([\s\S]*)\n<\/\1>/);
  // Questions, references and answers may hold lists of the same look.
  const rubric = before.slice(before.lastIndexOf("Criteria:\n"));
  const ids = [...rubric.matchAll(/^- ([a-z][a-z0-9-]*): /gm)].map((hit) => hit[1] as string);
  const merit = meritOf(answer, entry);
  const evidence = answer.split(/(?<=[.!?])\s/)[0] ?? "";
  const criteria = ids.map((id, index) => {
    const truly = merit >= (index + 1) / (ids.length + 1);
    const met = chance() < accuracy ? truly : !truly;
    return { id, met, evidence: met ? evidence : "" };
  });
  return JSON.stringify({ criteria });
}

function meritOf(answer: string, entry: AnswerEntry): number {
  if (!("points" in entry)) return "reference" in entry && answer.includes(entry.reference.trimEnd()) ? 1 : 0;
  const says = (sentence: string) => answer.includes(sentence.replace(/[.!?]$/, ""));
  const points = Object.values(entry.points);
  const made = points.filter((wordings) => wordings.some(says)).length;
  const wrong = entry.errors.filter(says).length;
  return made / points.length - wrong / 4;
}
