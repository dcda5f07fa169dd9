import type { z } from "zod";
import type { Case } from "../domain/case.ts";
import type { CustomRule, ScorerUse, Suite } from "../domain/suite.ts";
import { type Score, ScoreSchema } from "../domain/trial.ts";
import { messageOf, UserError } from "../errors.ts";
import type { Scorer, ScorerInput } from "../ports.ts";
import { judge } from "./judge.ts";
import { judgeChoice } from "./judge-choice.ts";
import { judgePairwise } from "./judge-pairwise.ts";
import { firstFault, passFail, type Rule, type ScorerServices, scored } from "./rule.ts";
import { bleu } from "./rules/bleu.ts";
import { citations } from "./rules/citations.ts";
import { codeTests } from "./rules/code-tests.ts";
import { contains } from "./rules/contains.ts";
import { containsAll } from "./rules/contains-all.ts";
import { containsAny } from "./rules/contains-any.ts";
import { cost } from "./rules/cost.ts";
import { editDistance } from "./rules/edit-distance.ts";
import { equals } from "./rules/equals.ts";
import { finishReason } from "./rules/finish-reason.ts";
import { forbiddenClaims } from "./rules/forbidden-claims.ts";
import { html } from "./rules/html.ts";
import { inventedFiguresRule } from "./rules/invented-figures.ts";
import { json } from "./rules/json.ts";
import { jsonSchema } from "./rules/json-schema.ts";
import { keyPoints } from "./rules/key-points.ts";
import { label } from "./rules/label.ts";
import { latency } from "./rules/latency.ts";
import { length } from "./rules/length.ts";
import { listF1 } from "./rules/list-f1.ts";
import { number } from "./rules/number.ts";
import { recorded } from "./rules/recorded.ts";
import { refusal } from "./rules/refusal.ts";
import { regex } from "./rules/regex.ts";
import { rouge } from "./rules/rouge.ts";
import { setF1 } from "./rules/set-f1.ts";
import { similarity } from "./rules/similarity.ts";
import { sql } from "./rules/sql.ts";
import { startsWith } from "./rules/starts-with.ts";
import { tokenF1 } from "./rules/token-f1.ts";
import { toolCalls } from "./rules/tool-calls.ts";
import { validCitations } from "./rules/valid-citations.ts";
import { words } from "./rules/words.ts";
import { xml } from "./rules/xml.ts";
import { zod } from "./rules/zod.ts";
import { settledWithin, within } from "./within.ts";

// Each row keeps its own types of target and options; the table only ever hands a rule what the rule itself parsed.
// biome-ignore lint/suspicious/noExplicitAny: see above
const RULES: Readonly<Record<string, Rule<any, any>>> = {
  equals,
  number,
  label,
  "set-f1": setF1,
  "list-f1": listF1,
  contains,
  "contains-all": containsAll,
  "contains-any": containsAny,
  "starts-with": startsWith,
  regex,
  length,
  words,
  "key-points": keyPoints,
  "forbidden-claims": forbiddenClaims,
  citations,
  "valid-citations": validCitations,
  "invented-figures": inventedFiguresRule,
  json,
  "json-schema": jsonSchema,
  zod,
  xml,
  html,
  sql,
  "code-tests": codeTests,
  "tool-calls": toolCalls,
  refusal,
  "finish-reason": finishReason,
  latency,
  cost,
  "token-f1": tokenF1,
  "edit-distance": editDistance,
  rouge,
  bleu,
  similarity,
  judge,
  "judge-pairwise": judgePairwise,
  "judge-choice": judgeChoice,
  recorded,
};

/** Names of the rules that a suite can use. */
export const RULE_NAMES: readonly string[] = Object.keys(RULES);

/** Whether a use of a rule asks a model. */
export function isJudged({ rule }: Pick<ScorerUse, "rule">): boolean {
  return typeof rule === "string" && Object.hasOwn(RULES, rule) && RULES[rule]?.certainty === "judge";
}

/**
 * Makes the scorers of a suite.
 * @throws UserError naming the suite's file and the scorer, for an unknown rule, bad options, or something that is missing.
 */
export function buildScorers(suite: Suite, file: string, services: ScorerServices): Scorer[] {
  const parse = targetParser();
  return suite.scorers.map((use, index) => {
    const where = `${file}: scorers[${index}]`;
    if (typeof use.rule === "function") return asServing(use, customScorer(use, use.rule));
    if (use.atServing === true) requireServable(use, use.rule, where);
    return asServing(use, tableScorer(use, use.rule, { where, services, parse }));
  });
}

/** What a scorer at serving says must be known while serving: it never sees a target. */
function asServing({ atServing }: ScorerUse, scorer: Scorer): Scorer {
  if (atServing !== true) return scorer;
  const { refuses, score } = scorer;
  const withoutTarget = ({ target: _, ...item }: Case): Case => item;
  return {
    ...scorer,
    refuses: (item) => refuses(withoutTarget(item)),
    score: (input) => score({ ...input, case: withoutTarget(input.case) }),
  };
}

/** @throws UserError for a rule that needs a target, a second answer, or a service whose price a cascade does not count */
function requireServable({ name }: ScorerUse, ruleName: string, where: string): void {
  const { certainty, needsRival, paid, target } = ruleNamed(ruleName, where);
  const lack =
    certainty === "judge" || needsRival === true || paid === true
      ? "asks a model, which a cascade does not pay for"
      : target.safeParse(undefined).success
        ? undefined
        : "needs the target of a case, which nobody has while serving";
  if (lack === undefined) return;
  const what = `"${name}" is marked atServing, and its rule ${ruleName} ${lack}.`;
  throw new UserError({ where, what, remedy: "Leave atServing out, or mark a rule that goes by the answer alone." });
}

type TargetParser = (schema: z.ZodType, item: Case) => z.ZodSafeParseResult<unknown>;

/** Parses a case's target once for all rules that want the same of it: what they remember of it is shared, too. */
function targetParser(): TargetParser {
  const bySchema = new Map<z.ZodType, WeakMap<Case, z.ZodSafeParseResult<unknown>>>();
  return (schema, item) => {
    const ofSchema = bySchema.get(schema) ?? new WeakMap();
    bySchema.set(schema, ofSchema);
    const target = ofSchema.get(item) ?? schema.safeParse(item.target);
    ofSchema.set(item, target);
    return target;
  };
}

function tableScorer(
  use: ScorerUse,
  name: string,
  { where, services, parse }: { where: string; services: ScorerServices; parse: TargetParser },
): Scorer {
  const rule = ruleNamed(name, where);
  const options = rule.options.safeParse(use.options);
  if (!options.success) {
    const what = `Bad options of "${use.name}" (rule ${name}): ${firstFault(options.error)}.`;
    throw new UserError({ where, what, remedy: "docs/scorers.md lists the options of every rule." });
  }
  const score = prepared(() => rule.prepare(options.data, services), where);
  const targetOf = (item: Case) => parse(rule.target, item);
  return {
    name: use.name,
    rule: name,
    weight: use.weight,
    required: use.required,
    certainty: rule.certainty,
    ...(rule.needsRival === undefined ? {} : { needsRival: rule.needsRival }),
    ...(rule.paid === undefined ? {} : { paid: rule.paid }),
    ...(rule.certainty === "judge" ? { panel: options.data.panel ?? "mean" } : {}),
    refuses(item) {
      const target = targetOf(item);
      if (target.success) return rule.refuses?.(options.data, item, target.data);
      return item.target === undefined ? "it has no target" : firstFault(target.error, "target");
    },
    async score(input) {
      const target = targetOf(input.case);
      if (!target.success) return { state: "unscored", reason: "the target does not fit the rule" };
      return guarded(input, name, () => score(input, target.data));
    },
  };
}

/** What a rule lacks is told with the place that asks for it. */
function prepared<Scoring>(prepare: () => Scoring, where: string): Scoring {
  try {
    return prepare();
  } catch (error) {
    if (!(error instanceof UserError) || error.complaint.where !== undefined) throw error;
    throw new UserError({ ...error.complaint, where });
  }
}

/** @throws UserError where no rule has the name */
// biome-ignore lint/suspicious/noExplicitAny: as in the table
function ruleNamed(name: string, where: string): Rule<any, any> {
  const plain = name.replace(/^not /, "");
  const rule = Object.hasOwn(RULES, plain) ? RULES[plain] : undefined;
  if (rule === undefined) {
    const remedy = `Known: ${RULE_NAMES.join(", ")}; or give a function.`;
    throw new UserError({ where, what: `There is no rule "${name}".`, remedy });
  }
  if (plain === name) return rule;
  if (rule.negatable === true) return contraryOf(rule);
  const negatable = RULE_NAMES.filter((each) => RULES[each]?.negatable === true);
  throw new UserError({ where, what: `"${plain}" has no contrary.`, remedy: `These have: ${negatable.join(", ")}.` });
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

/** For what a function of the user's own does before it first waits, and for all of it. */
const SYNCHRONOUS_MS = 10_000;
const DEADLINE_MS = 60_000;

function customScorer(use: ScorerUse, rule: CustomRule): Scorer {
  return {
    name: use.name,
    rule: rule.name === "" || rule.name === "rule" ? "function" : rule.name,
    weight: use.weight,
    required: use.required,
    certainty: "exact",
    refuses: () => undefined,
    score: (input) =>
      guarded(input, "the function", async () => {
        const value: unknown = await settledWithin(
          DEADLINE_MS,
          within(SYNCHRONOUS_MS, () => rule(input)),
        );
        if (typeof value !== "number") return asScore(value);
        if (value >= 0 && value <= 1) return scored(value, "");
        return { state: "unscored", reason: `the function gave ${value}, not a number from 0 to 1` };
      }),
  };
}

/** What a function of the user's own gave is not known until it is looked at: undefined would else end as a quality. */
function asScore(value: unknown): Score {
  const score = ScoreSchema.safeParse(value);
  if (score.success) return score.data;
  return { state: "unscored", reason: `the function gave no number and no score: ${firstFault(score.error)}` };
}

/** A rule that throws says nothing about the answer. @throws the signal's reason when the work was stopped */
async function guarded(input: ScorerInput, who: string, score: () => Score | Promise<Score>): Promise<Score> {
  try {
    return await score();
  } catch (error) {
    input.signal.throwIfAborted();
    return { state: "unscored", reason: `${who} threw: ${messageOf(error)}` };
  }
}
