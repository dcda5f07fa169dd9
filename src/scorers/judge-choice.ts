import { z } from "zod";
import type { Score } from "../domain/trial.ts";
import { rubricHash } from "./judge.ts";
import { askJudge } from "./judge-ask.ts";
import { hearPanel, JudgedOptions, judgeFacts, nobodyJudged, readingOf, votesText } from "./judge-panel.ts";
import { choicePrompt } from "./judge-prompt.ts";
import { readChoice } from "./judge-reading.ts";
import { parseChoices } from "./rubric.ts";
import type { Rule } from "./rule.ts";

/** A model says which of several described choices an answer is. Each choice has a value; one may mean that nobody can tell. */
export const judgeChoice: Rule<unknown, JudgedOptions> = {
  certainty: "judge",
  target: z.unknown(),
  options: JudgedOptions,
  prepare(options, services) {
    const text = services.readProjectFile(options.rubric);
    const rubric = parseChoices(text, options.rubric);
    const hash = rubricHash(text);
    const { judges } = services;
    return async ({ case: item, completion, repeat, family, signal }): Promise<Score> => {
      if (judges.length === 0) return { state: "unscored", reason: "no judge" };
      const prompt = choicePrompt(rubric, item, completion.text, options);
      const read = (reply: string) => readChoice(reply, rubric, { tag: prompt.tag, answers: [completion.text] });
      const chosen: string[] = [];
      const panel = { judges, repeats: options.repeats, combine: options.panel ?? "mean", related: [family ?? ""] };
      const finding = await hearPanel(panel, async (asked, sample) => {
        const question = { kind: "choice" as const, prompt, read, caseId: item.id, repeat, sample, signal };
        const word = await askJudge(asked, question);
        if ("verdict" in word) chosen.push(word.verdict.id);
        return readingOf(word, ({ id, value }) =>
          value === "abstain" ? { value: null, verdict: id, reason: `judge abstains: ${id}` } : { value, verdict: id },
        );
      });
      if (finding.value === null) return nobodyJudged(finding);
      const explanation = `${[...new Set(chosen)].join(" or ")}${votesText(finding)}`;
      const facts = { ...judgeFacts(finding, hash), criteria: [], choice: chosen.join(", ") };
      return { state: "scored", value: finding.value, explanation, judge: facts };
    };
  },
};
