import { defineSuite } from "../src/suite/define.ts";

export default defineSuite({
  id: "research",
  title: "Research synthesis",
  description:
    "A question and a handful of short sources: say what they show, where they disagree and what they leave open.",
  dataset: "datasets/research.jsonl",
  answers: "datasets/research.answers.jsonl",
  prompts: {
    default: {
      system:
        "You answer questions from the sources you are given and from nothing else. Say what they show, compute what the question needs, name where they disagree and what they do not say. Cite the sources by id in square brackets, such as [S1] or [S1, S3], after each claim. Be brief: no introduction, no summary of what you did.",
      user: `{{{input}}}

Sources:
{{#each sources}}

[{{id}}] {{title}}
{{text}}
{{/each}}`,
    },
  },
  params: { maxTokens: 1_200 },
  scale: "graded",
  scorers: [
    { name: "key points", rule: "key-points", weight: 0.55 },
    { name: "no false claim", rule: "forbidden-claims", weight: 0.2 },
    { name: "citations", rule: "citations", weight: 0.1 },
    { name: "judge", rule: "judge", weight: 0.15, options: { rubric: "evals/rubrics/research.yaml" } },
    // No part of the quality: known while serving, so a cascade can go by it.
    { name: "sources", rule: "valid-citations", weight: 0, atServing: true },
  ],
  policy: { objective: "cheapest-good-enough", margin: 0.07, minSaving: 0.1 },
  assume: { sd: 0.16 },
});
