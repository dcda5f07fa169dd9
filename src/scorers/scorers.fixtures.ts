import { type Case, CaseSchema } from "../domain/case.ts";
import { type Suite, type SuiteInput, SuiteSchema } from "../domain/suite.ts";
import type { Completion, Score } from "../domain/trial.ts";
import type { Scorer } from "../ports.ts";
import type { ScorerServices } from "./rule.ts";
import { loadRules, RULE_NAMES } from "./rules.ts";
import { buildScorers } from "./table.ts";

export const SERVICES: ScorerServices = {
  code: undefined,
  judges: [],
  readProjectFile: (path) => {
    throw new Error(`a test read ${path}`);
  },
};

export function aCase(fields: Partial<Record<keyof Case, unknown>> = {}): Case {
  return CaseSchema.parse({ id: "c-1", input: "a question", ...fields });
}

export function aCompletion(text: string, changes: Partial<Completion> = {}): Completion {
  const finishReason = { unified: "stop", raw: "stop" } as const;
  return { text, toolCalls: [], finishReason, usage: {}, servedModel: "m", ...changes };
}

/** A suite with the given scorers and nothing else of note. */
export function aSuite(scorers: SuiteInput["scorers"]): Suite {
  return SuiteSchema.parse({ id: "s", title: "S", dataset: "s.jsonl", scale: "binary", scorers });
}

/** Every rule there is. */
export const RULES = await loadRules(aSuite(RULE_NAMES.map((rule) => ({ name: rule, rule }))), "a test");

/** The one scorer that a rule makes with these options. */
export function scorerOf(
  rule: SuiteInput["scorers"][number]["rule"],
  options: Record<string, unknown> = {},
  services: Partial<ScorerServices> = {},
): Scorer {
  const suite = aSuite([{ name: "it", rule, options }]);
  return buildScorers(suite, "evals/s.ts", { services: { ...SERVICES, ...services }, rules: RULES })[0] as Scorer;
}

/** What a scorer says of a text. */
export function scoreText(
  scorer: Scorer,
  text: string,
  item: Case = aCase(),
  signal: AbortSignal = new AbortController().signal,
): Promise<Score> {
  return scorer.score({ case: item, completion: aCompletion(text), repeat: 0, signal });
}

/** The value that a scorer gives a text, or why it gives none. */
export async function gradeOf(...args: Parameters<typeof scoreText>): Promise<number | string> {
  const score = await scoreText(...args);
  return score.state === "scored" ? score.value : score.reason;
}

/** The words that a scorer has for a text. */
export async function wordsOn(...args: Parameters<typeof scoreText>): Promise<string> {
  const score = await scoreText(...args);
  return score.state === "scored" ? score.explanation : score.reason;
}

/** Answers that have broken rules before: every rule says something of each, and quickly. */
export const HOSTILE_TEXTS: readonly (readonly [string, string])[] = [
  ["an empty answer", ""],
  ["white space alone", " \n\t\u00a0\u3000 "],
  ["NUL", "a\u0000b"],
  ["half a surrogate pair", "caf\ud83d \udc00 x"],
  ["a byte-order mark", "\ufeffyes"],
  ["bidi controls", "\u202eabc\u202c"],
  ["combining marks by the thousand", `e${"\u0301".repeat(5_000)}`],
  ["a megabyte of one letter", "a".repeat(1e6)],
  ["spaces by the thousand", `x${" ".repeat(2e5)}y`],
  ["digits by the thousand", "9".repeat(2e5)],
  ["brackets by the thousand", "[{(<".repeat(50_000)],
  ["stops by the thousand", `${".".repeat(2e5)}x`],
  ["lines by the thousand", "- 1\n".repeat(50_000)],
  ["fences by the thousand", "```\n".repeat(50_000)],
];

/** Processor time that this thread spends on some work, in milliseconds: how busy the machine is does not count. */
export function timeOf(work: () => unknown): number {
  const start = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1_000;
}
