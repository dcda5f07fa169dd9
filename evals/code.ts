import { defineSuite } from "../src/suite/define.ts";

export default defineSuite({
  id: "code",
  title: "Code",
  description: "Small real tasks in JavaScript and TypeScript, scored by hidden tests that run in a sandbox.",
  dataset: "datasets/code.jsonl",
  answers: "datasets/code.answers.jsonl",
  prompts: {
    default: {
      system:
        "You write correct, plain {{language}}. Answer with one fenced code block that holds the whole solution: top-level definitions, no imports, no input or output, no usage examples. It runs in a bare ECMAScript 2023 engine: no timers, no Intl, no structuredClone, no Node or browser API; TypeScript without namespaces.",
      user: `{{{input}}}
{{#if context}}

{{{context}}}
{{/if}}`,
    },
  },
  params: { maxTokens: 2_000 },
  scale: "binary",
  scorers: [{ name: "tests", rule: "code-tests" }],
  policy: { objective: "cheapest-good-enough", margin: 0.1, minSaving: 0.1 },
  assume: { win: 0.03, loss: 0.03 },
});
