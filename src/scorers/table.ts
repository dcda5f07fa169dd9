import type { z } from "zod";
import type { Case } from "../domain/case.ts";
import type { CustomRule, ScorerUse, Suite } from "../domain/suite.ts";
import { type Score, ScoreSchema } from "../domain/trial.ts";
import { messageOf, UserError } from "../errors.ts";
import type { Scorer, ScorerInput } from "../ports.ts";
import { firstFault, type ScorerServices, scored } from "./rule.ts";
import { type AnyRule, type Rules, ruleIn } from "./rules.ts";
import { settledWithin, within } from "./within.ts";

/**
 * Makes the scorers of a suite of the rules that were loaded for it.
 * @throws UserError naming the suite's file and the scorer, for bad options, or something that is missing.
 */
export function buildScorers(
  suite: Suite,
  file: string,
  { services, rules }: { readonly services: ScorerServices; readonly rules: Rules },
): Scorer[] {
  const parse = targetParser();
  return suite.scorers.map((use, index) => {
    const where = `${file}: scorers[${index}]`;
    if (typeof use.rule === "function") return asServing(use, customScorer(use, use.rule));
    const rule = ruleIn(rules, use.rule);
    if (use.atServing === true) requireServable(use, rule, where);
    return asServing(use, tableScorer(use, { name: use.rule, rule }, { where, services, parse }));
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
function requireServable({ name, rule }: ScorerUse, facts: AnyRule, where: string): void {
  const { certainty, needsRival, paid, target } = facts;
  const lack =
    certainty === "judge" || needsRival === true || paid === true
      ? "asks a model, which a cascade does not pay for"
      : target.safeParse(undefined).success
        ? undefined
        : "needs the target of a case, which nobody has while serving";
  if (lack === undefined) return;
  const what = `"${name}" is marked atServing, and its rule ${rule} ${lack}.`;
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
  { name, rule }: { readonly name: string; readonly rule: AnyRule },
  { where, services, parse }: { where: string; services: ScorerServices; parse: TargetParser },
): Scorer {
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
