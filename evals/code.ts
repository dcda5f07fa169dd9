import { defineSuite } from "../src/suite/define.ts";

export default defineSuite({
  id: "code",
  title: "Code",
  description: "Small real tasks in JavaScript, TypeScript and Python, scored by hidden tests that run in a sandbox.",
  dataset: "datasets/code.jsonl",
  answers: "datasets/code.answers.jsonl",
  data: {
    environment: {
      javascript:
        "It runs in a bare ECMAScript 2023 engine: no imports, no timers, no Intl, no structuredClone, no Node or browser API.",
      typescript:
        "It runs in a bare ECMAScript 2023 engine: no imports, no namespaces, no timers, no Intl, no structuredClone, no Node or browser API.",
      python:
        "It runs in Python 3.14 with the standard library alone: no files, no network, no threads, no subprocesses.",
    },
  },
  prompts: {
    default: {
      system:
        "You write correct, plain {{language}}. Answer with one fenced code block that holds the whole solution: top-level definitions, no input or output, no usage examples. {{{lookup environment language}}}",
      user: `{{{input}}}
{{#if context}}

{{{context}}}
{{/if}}`,
    },
  },
  params: { maxTokens: 2_000 },
  scale: "binary",
  scorers: [{ name: "tests", rule: "code-tests" }],
  policy: { objective: "cheapest-good-enough", margin: 0.08, minSaving: 0.1 },
  assume: { win: 0.03, loss: 0.03 },
});
