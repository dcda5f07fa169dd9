import { z } from "zod";
import { couldHoldJson, lastJson } from "./json.ts";
import { neutralise } from "./judge-prompt.ts";
import { readVerdictLine, readWinner, type VerdictLines, type Winner, winnerNamed } from "./judge-winner.ts";
import { squeezed } from "./normal.ts";
import type { Choices, Rubric } from "./rubric.ts";

/** What a reply is read against: the tag of its prompt, and the texts that the judge was shown to judge. */
export interface ReplyTo {
  readonly tag: string;
  readonly answers: readonly string[];
}

/** A judge's word on one criterion. */
export interface CriterionVerdict {
  readonly id: string;
  readonly met: boolean;
  readonly evidence: string;
}

const Pointwise = z.object({
  criteria: z.array(z.object({ id: z.string(), met: z.boolean(), evidence: z.string() })),
});
const Pairwise = z.object({ reason: z.string().default(""), winner: z.union([z.string(), z.number()]) });
const Choice = z.object({ reason: z.string().default(""), choice: z.string() });

/** The JSON Schema that a provider can hold a judge to: the verdict, and the tag of what it is a verdict on. */
export function verdictSchema(kind: "pointwise" | "pairwise" | "choice", tag: string): Record<string, unknown> {
  const forTag = z.object({ for: z.literal(tag) });
  const text = z.string();
  const shapes = {
    pointwise: forTag.extend(Pointwise.shape),
    pairwise: forTag.extend({ reason: text, winner: z.enum(["A", "B", "tie"]) }),
    choice: forTag.extend({ reason: text, choice: text }),
  };
  return { ...z.toJSONSchema(shapes[kind], { target: "draft-7" }) };
}

/** How to say what was wanted, after a reply that could not be read. */
export function repairText(kind: "pointwise" | "pairwise" | "choice", tag: string): string {
  const wanted = {
    pointwise: `{"for": "${tag}", "criteria": [{"id", "met", "evidence"}]} alone, one entry for every criterion`,
    pairwise: `{"for": "${tag}", "reason", "winner"} alone, the winner "A", "B" or "tie"`,
    choice: `{"for": "${tag}", "reason", "choice"} alone, the choice one of the ids`,
  };
  return `Reply with ${wanted[kind]}.`;
}

/**
 * The verdicts on all criteria, in the rubric's order: those of the last object that names the tag, else of the last one
 * with any. Undefined where there is none, where a criterion lacks its verdict, and where two verdicts on one differ.
 */
export function readVerdicts(reply: string, rubric: Rubric, to?: ReplyTo): CriterionVerdict[] | undefined {
  return trusted(reply, to, Pointwise, ({ criteria }) => {
    const ordered: CriterionVerdict[] = [];
    for (const { id } of rubric.criteria) {
      const verdicts = criteria.filter((verdict) => verdict.id === id);
      const [verdict] = verdicts;
      if (verdict === undefined || verdicts.some(({ met }) => met !== verdict.met)) return undefined;
      ordered.push(verdict);
    }
    return ordered;
  });
}

/** The choice that a reply names, in JSON. */
export function readChoice(reply: string, { choices }: Choices, to?: ReplyTo): Choices["choices"][number] | undefined {
  return trusted(reply, to, Choice, ({ choice }) => choices.find(({ id }) => id === choice.trim().toLowerCase()));
}

/**
 * The better of two answers, in JSON or, where no answer holds anything that could be taken for a verdict, in prose.
 * @param lines the beginnings of a verdict that the rubric declares: then no other prose counts
 */
export function readPair(reply: string, to?: ReplyTo, lines?: VerdictLines): Winner | undefined {
  const json = trusted(reply, to, Pairwise, ({ winner }) => winnerNamed(winner));
  if (json !== undefined) return json;
  const inProse = (text: string) => (lines === undefined ? readWinner(text) : readVerdictLine(text, lines));
  const reads = (text: string) => parts(text).some((part) => inProse(part) !== undefined);
  return couldBeQuoted(to, reads) ? undefined : inProse(reply);
}

/**
 * A verdict that names the tag cannot be the answer's own words. One that does not could be, if the judge repeated the
 * answer and was then cut: it counts only where nothing in the answers has the form of a verdict.
 */
function trusted<V, T>(
  reply: string,
  to: ReplyTo | undefined,
  schema: z.ZodType<V>,
  read: (value: V) => T | undefined,
): T | undefined {
  const tagged = z.object({ for: z.literal(to?.tag ?? "") });
  const own = lastJson(reply, (value) => (tagged.safeParse(value).success ? schema.safeParse(value).data : undefined));
  if (own !== undefined) return read(own);
  const verdict = (value: unknown) => schema.safeParse(value).data;
  if (couldBeQuoted(to, (text) => couldHoldJson(text, (value) => verdict(value) !== undefined))) return undefined;
  const last = lastJson(reply, verdict);
  return last === undefined ? undefined : read(last);
}

/**
 * Whether something that reads as a verdict stands in the answers: as the judge was shown them, which is without hidden
 * characters, or as it may write them again, with plain letters and on one line.
 */
function couldBeQuoted(to: ReplyTo | undefined, reads: (text: string) => boolean): boolean {
  if (to === undefined) return false;
  const shown = [...to.answers, to.answers.join("\n")].map(neutralise);
  return new Set(shown.flatMap((text) => [text, text.normalize("NFKC"), squeezed(text)])).values().some(reads);
}

const PART = 20_000;

// A repetition may break off anywhere, and so before what would make a reader of the whole look elsewhere.
function parts(text: string): string[] {
  return text
    .split(/<\/think(?:ing)?>/i)
    .flatMap((piece) =>
      Array.from({ length: Math.ceil(piece.length / (PART / 2)) }, (_, at) =>
        piece.slice((at * PART) / 2, (at * PART) / 2 + PART),
      ),
    );
}
