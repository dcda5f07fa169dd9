import type { ScorerUse, Suite } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import { passFail, type Rule } from "./rule.ts";

// Each rule keeps its own types of target and options; a rule is only ever handed what it parsed itself.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type AnyRule = Rule<any, any>;

/** What is known of a rule before it is loaded: a suite uses a few of them. */
interface Row {
  readonly load: () => Promise<AnyRule>;
  /** A suite may ask for the contrary: `not <rule>`. For rules that give 1 or 0. */
  readonly hasContrary?: true;
  readonly asksModel?: true;
}

const ROWS: Readonly<Record<string, Row>> = {
  equals: { load: async () => (await import("./rules/equals.ts")).equals, hasContrary: true },
  number: { load: async () => (await import("./rules/number.ts")).number },
  label: { load: async () => (await import("./rules/label.ts")).label },
  "set-f1": { load: async () => (await import("./rules/set-f1.ts")).setF1 },
  "list-f1": { load: async () => (await import("./rules/list-f1.ts")).listF1 },
  contains: { load: async () => (await import("./rules/contains.ts")).contains, hasContrary: true },
  "contains-all": { load: async () => (await import("./rules/contains-all.ts")).containsAll, hasContrary: true },
  "contains-any": { load: async () => (await import("./rules/contains-any.ts")).containsAny, hasContrary: true },
  "starts-with": { load: async () => (await import("./rules/starts-with.ts")).startsWith, hasContrary: true },
  regex: { load: async () => (await import("./rules/regex.ts")).regex, hasContrary: true },
  length: { load: async () => (await import("./rules/length.ts")).length },
  words: { load: async () => (await import("./rules/words.ts")).words },
  "key-points": { load: async () => (await import("./rules/key-points.ts")).keyPoints },
  "forbidden-claims": { load: async () => (await import("./rules/forbidden-claims.ts")).forbiddenClaims },
  citations: { load: async () => (await import("./rules/citations.ts")).citations },
  "valid-citations": { load: async () => (await import("./rules/valid-citations.ts")).validCitations },
  "invented-figures": { load: async () => (await import("./rules/invented-figures.ts")).inventedFiguresRule },
  json: { load: async () => (await import("./rules/json.ts")).json, hasContrary: true },
  "json-schema": { load: async () => (await import("./rules/json-schema.ts")).jsonSchema },
  zod: { load: async () => (await import("./rules/zod.ts")).zod },
  xml: { load: async () => (await import("./rules/xml.ts")).xml, hasContrary: true },
  html: { load: async () => (await import("./rules/html.ts")).html, hasContrary: true },
  sql: { load: async () => (await import("./rules/sql.ts")).sql, hasContrary: true },
  "code-tests": { load: async () => (await import("./rules/code-tests.ts")).codeTests },
  "tool-calls": { load: async () => (await import("./rules/tool-calls.ts")).toolCalls },
  refusal: { load: async () => (await import("./rules/refusal.ts")).refusal },
  "finish-reason": { load: async () => (await import("./rules/finish-reason.ts")).finishReason },
  latency: { load: async () => (await import("./rules/latency.ts")).latency },
  cost: { load: async () => (await import("./rules/cost.ts")).cost },
  "token-f1": { load: async () => (await import("./rules/token-f1.ts")).tokenF1 },
  "edit-distance": { load: async () => (await import("./rules/edit-distance.ts")).editDistance },
  rouge: { load: async () => (await import("./rules/rouge.ts")).rouge },
  bleu: { load: async () => (await import("./rules/bleu.ts")).bleu },
  similarity: { load: async () => (await import("./rules/similarity.ts")).similarity },
  judge: { load: async () => (await import("./judge.ts")).judge, asksModel: true },
  "judge-pairwise": { load: async () => (await import("./judge-pairwise.ts")).judgePairwise, asksModel: true },
  "judge-choice": { load: async () => (await import("./judge-choice.ts")).judgeChoice, asksModel: true },
  recorded: { load: async () => (await import("./rules/recorded.ts")).recorded },
};

/** Names of the rules that a suite can use. */
export const RULE_NAMES: readonly string[] = Object.keys(ROWS);

/** Whether a use of a rule asks a model. */
export function isJudged({ rule }: Pick<ScorerUse, "rule">): boolean {
  return typeof rule === "string" && rowOf(rule)?.asksModel === true;
}

function rowOf(name: string): Row | undefined {
  return Object.hasOwn(ROWS, name) ? ROWS[name] : undefined;
}

const CONTRARY = /^not /;

/** Rules by the names under which a suite asks for them, less a `not` before. */
export type Rules = ReadonlyMap<string, AnyRule>;

/** Loads the rules that a suite uses. @throws UserError naming the suite's file and the scorer, for a rule that is not there */
export async function loadRules({ scorers }: Pick<Suite, "scorers">, file: string): Promise<Rules> {
  const rules = new Map<string, AnyRule>();
  for (const [index, { rule }] of scorers.entries()) {
    if (typeof rule === "function") continue;
    const { name, row } = findRow(rule, `${file}: scorers[${index}]`);
    if (!rules.has(name)) rules.set(name, await row.load());
  }
  return rules;
}

function findRow(asked: string, where: string): { readonly name: string; readonly row: Row } {
  const name = asked.replace(CONTRARY, "");
  const row = rowOf(name);
  if (row === undefined) {
    const remedy = `Known: ${RULE_NAMES.join(", ")}; or give a function.`;
    throw new UserError({ where, what: `There is no rule "${asked}".`, remedy });
  }
  if (name === asked || row.hasContrary === true) return { name, row };
  const others = RULE_NAMES.filter((each) => rowOf(each)?.hasContrary === true);
  throw new UserError({ where, what: `"${name}" has no contrary.`, remedy: `These have: ${others.join(", ")}.` });
}

/** The rule that a suite asks for, or its contrary. */
export function ruleIn(rules: Rules, asked: string): AnyRule {
  const rule = rules.get(asked.replace(CONTRARY, ""));
  if (rule === undefined) throw new Error(`the rule "${asked}" was not loaded`);
  return CONTRARY.test(asked) ? contraryOf(rule) : rule;
}

/** Passes where the rule fails, and the other way round. */
function contraryOf<Target, Options>(rule: Rule<Target, Options>): Rule<Target, Options> {
  return {
    ...rule,
    prepare(options, services) {
      const score = rule.prepare(options, services);
      return async (answer, target) => {
        const given = await score(answer, target);
        if (given.state !== "scored") return given;
        return passFail(given.value === 0, given.explanation, `${given.explanation}, and must not`);
      };
    },
  };
}
