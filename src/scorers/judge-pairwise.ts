import { z } from "zod";
import type { Score } from "../domain/trial.ts";
import { rubricHash } from "./judge.ts";
import { askJudge } from "./judge-ask.ts";
import {
  hearPanel,
  JudgedOptions,
  judgeFacts,
  nobodyJudged,
  type Reading,
  sumOfKnown,
  votesText,
} from "./judge-panel.ts";
import { pairwisePrompt } from "./judge-prompt.ts";
import { readPair } from "./judge-reading.ts";
import type { Winner } from "./judge-winner.ts";
import { parseRubric } from "./rubric.ts";
import { type Rule, scored } from "./rule.ts";

type Outcome = "win" | "tie" | "loss";
const WORTH: Readonly<Record<Outcome, number>> = { win: 1, tie: 0.5, loss: 0 };

/**
 * A model compares the answer with that of the model which serves today, in both orders: 1 better, 0 worse, 0.5 neither.
 * A verdict that flips with the order is a tie, not evidence.
 */
export const judgePairwise: Rule<unknown, JudgedOptions> = {
  certainty: "judge",
  needsRival: true,
  target: z.unknown(),
  options: JudgedOptions,
  prepare(options, services) {
    const text = services.readProjectFile(options.rubric);
    const rubric = parseRubric(text, options.rubric);
    const hash = rubricHash(text);
    const { judges } = services;
    return async ({ case: item, completion, repeat, family, rival, signal }): Promise<Score> => {
      if (judges.length === 0) return { state: "unscored", reason: "no judge" };
      if (rival === undefined) return { state: "unscored", reason: "no answer to compare with" };
      if (rival.state === "self") return scored(0.5, "is the answer that others are compared with");
      if (rival.state === "failed") return scored(1, "the model that serves today gave no answer");
      if (rival.text === completion.text) return scored(0.5, "the same words as the model that serves today");
      const ask = async (first: boolean, judge: (typeof judges)[number], sample: number) => {
        const answers = first ? ([completion.text, rival.text] as const) : ([rival.text, completion.text] as const);
        const prompt = pairwisePrompt(rubric, item, answers, options);
        const read = (reply: string) => readPair(reply, { tag: prompt.tag, answers }, rubric.verdictLines);
        const question = { kind: "pairwise" as const, prompt, read, caseId: item.id, repeat, sample, signal };
        const word = await askJudge(judge, question);
        return "verdict" in word ? { ...word, outcome: outcomeOf(word.verdict, first) } : word;
      };
      const orders: { first: Outcome; second: Outcome }[] = [];
      const panel = { judges, repeats: options.repeats, combine: options.panel ?? "mean" };
      const related = [family, rival.family].filter((name) => name !== undefined);
      const finding = await hearPanel({ ...panel, related }, async (judge, sample): Promise<Reading> => {
        const [one, other] = await Promise.all([ask(true, judge, sample), ask(false, judge, sample)]);
        const costUsd = sumOfKnown([one.costUsd, other.costUsd]);
        if (!("outcome" in one)) return { ...one, value: null, costUsd };
        if (!("outcome" in other)) return { ...other, value: null, costUsd };
        orders.push({ first: one.outcome, second: other.outcome });
        const agreed = one.outcome === other.outcome ? one.outcome : "tie";
        return { value: WORTH[agreed], verdict: agreed, costUsd };
      });
      if (finding.value === null) return nobodyJudged(finding);
      const facts = { ...judgeFacts(finding, hash), criteria: [], orders };
      const explanation = `${explained(finding.value, orders)}${votesText(finding)}`;
      return { state: "scored", value: finding.value, explanation, judge: facts };
    };
  },
};

function outcomeOf(winner: Winner, answerFirst: boolean): Outcome {
  if (winner === "tie") return "tie";
  return (winner === "first") === answerFirst ? "win" : "loss";
}

function explained(value: number, orders: readonly { first: Outcome; second: Outcome }[]): string {
  const flipped = orders.filter(({ first, second }) => first !== second).length;
  const flips = flipped === 0 ? "" : `; ${flipped} of ${orders.length} verdicts flip with the order`;
  const than = value > 0.5 ? "better than" : value < 0.5 ? "worse than" : "as good as";
  return `${than} the answer of the model that serves today${flips}`;
}
