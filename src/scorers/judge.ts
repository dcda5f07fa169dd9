import { createHash } from "node:crypto";
import { z } from "zod";
import type { Case, Message } from "../domain/case.ts";
import type { Score } from "../domain/trial.ts";
import { messageOf } from "../errors.ts";
import type { Judge, JudgeReply } from "../ports.ts";
import { lastJson } from "./json.ts";
import { judgeMessages, neutralise } from "./judge-prompt.ts";
import { parseRubric, type Rubric } from "./rubric.ts";
import type { Rule } from "./rule.ts";

const VerdictSchema = z.object({
  criteria: z.array(z.object({ id: z.string(), met: z.boolean(), evidence: z.string() })),
});
type Verdict = z.infer<typeof VerdictSchema>["criteria"][number];

const Options = z.strictObject({
  /** Path of the rubric, from the project's folder. */
  rubric: z.string().min(1),
  /** Show the judge what a good answer says (the texts of the case's key points, or its target). */
  reference: z.boolean().default(true),
  /** Show the judge the case's `vars`, such as its sources. */
  material: z.boolean().default(true),
});

/**
 * A model reads the answer against yes/no criteria and quotes its evidence. A criterion that is said to be met counts
 * only where the quote stands in the answer. What cannot be read after one repair is unscored.
 */
export const judge: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "judge",
  target: z.unknown(),
  options: Options,
  prepare(options, services) {
    const text = services.readProjectFile(options.rubric);
    const rubric = parseRubric(text, options.rubric);
    const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
    const { judge: asked } = services;
    return ({ case: item, completion, repeat, signal }) => {
      if (asked === undefined) return { state: "unscored", reason: "no judge" };
      const messages = judgeMessages(rubric, item, completion.text, options);
      return judgeAnswer({ rubric, hash, asked, messages, answer: completion.text, item, repeat, signal });
    };
  },
};

async function judgeAnswer(work: {
  readonly rubric: Rubric;
  readonly hash: string;
  readonly asked: Judge;
  readonly messages: readonly Message[];
  readonly answer: string;
  readonly item: Case;
  readonly repeat: number;
  readonly signal: AbortSignal;
}): Promise<Score> {
  const { asked, rubric, item, repeat, signal } = work;
  let messages = work.messages;
  let costUsd: number | undefined = 0;
  let unread: { judgeText?: string } = {};
  for (let attempt = 0; attempt < 2; attempt++) {
    const call = { messages, jsonSchema: VERDICT_JSON_SCHEMA, caseId: item.id, repeat, signal };
    const reply = await replyOf(asked, call);
    costUsd = costUsd === undefined || reply.costUsd === undefined ? undefined : costUsd + reply.costUsd;
    const cost = costUsd === undefined ? {} : { costUsd };
    if (reply.state === "failed") {
      return { state: "unscored", reason: `judge failed: ${reply.reason}`, ...unread, ...cost };
    }
    const verdicts = readVerdicts(reply.text, rubric);
    if (verdicts !== undefined) {
      // The judge quotes what it was shown.
      const shown = squeeze(neutralise(work.answer));
      const criteria = verdicts.map((verdict) => checkEvidence(verdict, shown));
      return scoreOf(criteria, rubric, { model: asked.model, rubric: work.hash, ...cost });
    }
    unread = { judgeText: reply.text };
    messages = [...work.messages, { role: "assistant", content: reply.text }, { role: "user", content: REPAIR }];
  }
  return { state: "unscored", reason: "judge unparseable", ...unread, ...(costUsd === undefined ? {} : { costUsd }) };
}

/** @throws the signal's reason alone: any other fault of the judge is no word on the answer, and what was paid still counts */
async function replyOf(asked: Judge, call: Parameters<Judge["ask"]>[0]): Promise<JudgeReply> {
  try {
    return await asked.ask(call);
  } catch (error) {
    call.signal.throwIfAborted();
    return { state: "failed", reason: messageOf(error) };
  }
}

const REPAIR =
  'That was not the JSON asked for. Reply with {"criteria": [{"id", "met", "evidence"}]} alone, one entry for every criterion.';

const VERDICT_JSON_SCHEMA = z.toJSONSchema(VerdictSchema, { target: "draft-7" }) as Record<string, unknown>;

/**
 * The verdicts of the last JSON object that has any, in the rubric's order. Undefined where there is none, where a
 * criterion lacks its verdict, and where two verdicts on one criterion differ.
 */
export function readVerdicts(reply: string, rubric: Rubric): Verdict[] | undefined {
  const given = lastJson(reply, (value) => VerdictSchema.safeParse(value).data?.criteria);
  const ordered: Verdict[] = [];
  for (const { id } of rubric.criteria) {
    const verdicts = given?.filter((verdict) => verdict.id === id) ?? [];
    const [verdict] = verdicts;
    if (verdict === undefined || verdicts.some(({ met }) => met !== verdict.met)) return undefined;
    ordered.push(verdict);
  }
  return ordered;
}

// A judge that cannot point at its evidence has not found any. It may leave words out of a quote: each piece must stand.
function checkEvidence(verdict: Verdict, answer: string): Verdict {
  if (!verdict.met) return verdict;
  const pieces = verdict.evidence.split(/\[?(?:…|\.{3})\]?/).map(squeeze);
  const quoted = pieces.filter((piece) => piece !== "");
  return quoted.length > 0 && quoted.every((piece) => answer.includes(piece)) ? verdict : { ...verdict, met: false };
}

/** A text without what a quote may change: case, spaces, Markdown, quotes, dashes, and the stop at its end. */
function squeeze(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/[\s*_`"'“”‘’]+/g, " ")
    .trim()
    .replace(/\s?[.,;:]$/, "");
}

function scoreOf(
  criteria: readonly Verdict[],
  rubric: Rubric,
  facts: { model: string; rubric: string; costUsd?: number },
): Score {
  const total = rubric.criteria.reduce((sum, { weight }) => sum + weight, 0);
  const met = rubric.criteria.reduce((sum, { weight }, index) => sum + (criteria[index]?.met === true ? weight : 0), 0);
  const unmet = criteria.filter((verdict) => !verdict.met).map(({ id }) => id);
  const explanation = unmet.length === 0 ? "meets every criterion" : `does not meet: ${unmet.join(", ")}`;
  return { state: "scored", value: met / total, explanation, judge: { ...facts, criteria: [...criteria] } };
}
