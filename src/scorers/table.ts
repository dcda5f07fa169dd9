import { ZodError, type z } from "zod";
import type { Case } from "../domain/case.ts";
import type { CustomRule, ScorerUse, Suite } from "../domain/suite.ts";
import type { Score } from "../domain/trial.ts";
import { messageOf, UserError } from "../errors.ts";
import type { Scorer } from "../ports.ts";
import { codeTests } from "./code-tests.ts";
import { judge } from "./judge.ts";
import { label } from "./label.ts";
import { recorded } from "./recorded.ts";
import { type Rule, type ScorerServices, scored } from "./rule.ts";
import { citations, forbiddenClaims, keyPoints } from "./synthesis.ts";
import { contains, equals, regex, words } from "./text.ts";

// Each row keeps its own types of target and options; the table only ever hands a rule what the rule itself parsed.
// biome-ignore lint/suspicious/noExplicitAny: see above
const RULES: Readonly<Record<string, Rule<any, any>>> = {
  label,
  equals,
  contains,
  regex,
  words,
  "key-points": keyPoints,
  "forbidden-claims": forbiddenClaims,
  citations,
  "code-tests": codeTests,
  judge,
  recorded,
};

/** Names of the rules that a suite can use. */
export const RULE_NAMES: readonly string[] = Object.keys(RULES);

/**
 * Makes the scorers of a suite.
 * @throws UserError naming the suite's file and the scorer, for an unknown rule, bad options, or something that is missing.
 */
export function buildScorers(suite: Suite, file: string, services: ScorerServices): Scorer[] {
  return suite.scorers.map((use, index) => {
    const where = `${file}: scorers[${index}]`;
    return typeof use.rule === "function" ? customScorer(use, use.rule) : tableScorer(use, use.rule, where, services);
  });
}

function tableScorer(use: ScorerUse, name: string, where: string, services: ScorerServices): Scorer {
  const rule = RULES[name];
  if (rule === undefined) {
    throw new UserError({
      where,
      what: `There is no rule "${name}".`,
      remedy: `Known: ${RULE_NAMES.join(", ")}; or give a function.`,
    });
  }
  let score: ReturnType<typeof rule.prepare>;
  try {
    score = rule.prepare(rule.options.parse(use.options), services);
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const [issue] = error.issues;
    const what = `Bad options of "${name}": ${issue?.path.join(".")} ${issue?.message}.`;
    throw new UserError({ where, what, remedy: "docs/scorers.md lists the options of every rule." });
  }
  const targets = new WeakMap<Case, z.ZodSafeParseResult<unknown>>();
  const targetOf = (item: Case) => {
    const known = targets.get(item) ?? rule.target.safeParse(item.target);
    targets.set(item, known);
    return known;
  };
  return {
    name: use.name,
    rule: name,
    weight: use.weight,
    required: use.required,
    certainty: rule.certainty,
    refuses(item) {
      const target = targetOf(item);
      if (target.success) return undefined;
      const [issue] = target.error.issues;
      const path = ["target", ...(issue?.path ?? [])].join(".");
      return item.target === undefined ? "it has no target" : `${path}: ${issue?.message}`;
    },
    async score(input) {
      const target = targetOf(input.case);
      if (!target.success) return { state: "unscored", reason: "the target does not fit the rule" };
      return score(input, target.data);
    },
  };
}

function customScorer(use: ScorerUse, rule: CustomRule): Scorer {
  return {
    name: use.name,
    rule: rule.name === "" || rule.name === "rule" ? "function" : rule.name,
    weight: use.weight,
    required: use.required,
    certainty: "exact",
    refuses: () => undefined,
    async score(input): Promise<Score> {
      try {
        const value = await rule(input);
        if (typeof value !== "number") return value;
        if (value >= 0 && value <= 1) return scored(value, "");
        return { state: "unscored", reason: `the function gave ${value}, not a number from 0 to 1` };
      } catch (error) {
        return { state: "unscored", reason: `the function threw: ${messageOf(error)}` };
      }
    },
  };
}
