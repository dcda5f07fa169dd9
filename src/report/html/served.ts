import type { CaseDetail } from "../../domain/detail.ts";
import { count } from "../numbers.ts";

/** Which models say they answered for a candidate, and how often. */
export function servedBy(candidate: string, asked: string, cases: readonly CaseDetail[]): string {
  const answers = cases.flatMap((item) =>
    item.answers.filter((answer) => answer.candidate === candidate && answer.failure === undefined),
  );
  const named = Map.groupBy(answers, ({ servedModel }) => servedModel);
  const parts = [...named].map(([model, members]) => {
    const name = model === undefined ? "not said" : model === asked ? "as asked" : model;
    return `${name}: ${count(members.length)} of ${count(answers.length)}`;
  });
  return parts.join("; ") || "no answer";
}
