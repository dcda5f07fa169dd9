import { z } from "zod";
import type { Case } from "../domain/case.ts";
import { CodeTarget } from "../domain/code.ts";
import type { AnswerDetail, CaseDetail } from "../domain/detail.ts";
import type { PeopleFacts } from "../domain/label.ts";
import type { Manifest } from "../domain/run.ts";
import type { Completion, Outcome, Trial, TrialScores } from "../domain/trial.ts";
import type { RunAssembly } from "../run/assemble.ts";
import { openRecords } from "../run/journal.ts";
import { isRefusal } from "../run/score.ts";

const Sources = z.array(z.looseObject({ id: z.string(), title: z.string().default(""), text: z.string() }));
const Synthesis = z.looseObject({ keyPoints: z.array(z.looseObject({ text: z.string() })) });
const Labelled = z.looseObject({ label: z.string(), accept: z.array(z.string()).optional() });
const Moves = z.looseObject({
  accept: z.array(z.looseObject({ calls: z.array(z.looseObject({ tool: z.string(), arguments: z.unknown() })) })),
  why: z.string(),
});

/**
 * The cases of a run with every answer to them, in test order, read from the journal one at a time. Walk it once or often:
 * each walk reads anew and holds one case.
 */
export function caseDetails(given: {
  readonly manifest: Manifest;
  readonly cases: Iterable<Case>;
  /** The journal that the run was assembled from, which has proved every line of it. */
  readonly file: string;
  readonly assembly: Pick<RunAssembly, "whereIs">;
  /** What people said of the answers, if anybody was asked. */
  readonly people: PeopleFacts | undefined;
}): Iterable<CaseDetail> {
  const { manifest, cases, file, assembly } = given;
  const votes = Map.groupBy(given.people?.pairs ?? [], ({ caseIndex }) => caseIndex);
  const nameOf = (index: number) => manifest.candidates[index]?.id ?? "";
  const peopleOn = (caseIndex: number): CaseDetail["people"] =>
    (votes.get(caseIndex) ?? []).map(({ candidateIndex, incumbentIndex, votes: cast }) => ({
      candidate: nameOf(candidateIndex),
      incumbent: nameOf(incumbentIndex),
      votes: cast,
    }));
  return {
    *[Symbol.iterator]() {
      const records = openRecords(file, { checked: true });
      try {
        let index = 0;
        for (const item of cases) {
          const answers = [...answersTo(item.id, manifest, { assembly, records })];
          yield { ...detailOf(item, answers), people: peopleOn(index++) };
        }
      } finally {
        records.close();
      }
    },
  };
}

/** One case as a page shows it. */
export function detailOf(item: Case, answers: readonly AnswerDetail[]): Omit<CaseDetail, "people"> {
  return {
    id: item.id,
    tags: item.tags,
    input:
      typeof item.input === "string"
        ? item.input
        : item.input.map(({ role, content }) => `${role}: ${content}`).join("\n\n"),
    context: [
      ...contextOf(item),
      ...(item.tools === undefined ? [] : [{ title: "tools", text: JSON.stringify(item.tools, null, 2) }]),
    ],
    reference: referenceOf(item),
    tests: testsOf(item),
    answers,
  };
}

function* answersTo(
  caseId: string,
  { candidates, repeats }: Manifest,
  given: { readonly assembly: Pick<RunAssembly, "whereIs">; readonly records: ReturnType<typeof openRecords> },
): Generator<AnswerDetail> {
  const { assembly, records } = given;
  for (const { id: candidate } of candidates) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const where = assembly.whereIs({ caseId, candidate, repeat });
      const trial = where.trial === undefined ? undefined : records.at(where.trial);
      const scores = where.scores === undefined ? undefined : records.at(where.scores);
      if (trial?.type === "trial") yield answerOf(trial.trial, scores?.type === "scores" ? scores.scores : undefined);
    }
  }
}

function answerOf(trial: Trial, scores: TrialScores | undefined): AnswerDetail {
  const { outcome } = trial;
  const completed = outcome.state === "completed" ? outcome.completion : undefined;
  return {
    candidate: trial.candidate,
    repeat: trial.repeat,
    text: completed === undefined ? "" : textOf(completed),
    failure: failureOf(outcome),
    scores: scores?.scores ?? {},
    quality: failureOf(outcome) === undefined ? (scores?.quality ?? null) : 0,
    costUsd: outcome.costUsd ?? null,
    latencyMs: completed?.latencyMs ?? null,
    servedModel: completed?.servedModel,
  };
}

function failureOf(outcome: Outcome): AnswerDetail["failure"] {
  if (outcome.state === "failed") return { reason: outcome.reason, message: outcome.message };
  return isRefusal(outcome) ? { reason: "refused", message: "the model refused" } : undefined;
}

/** What a reader sees of an answer: its text, then a line per tool call. */
function textOf({ text, toolCalls }: Completion): string {
  const calls = toolCalls.map((call) => `${call.name}(${JSON.stringify(call.arguments)})`);
  return [...(text === "" ? [] : [text]), ...calls].join("\n");
}

function contextOf(item: Case): { title: string; text: string }[] {
  return Object.entries(item.vars).flatMap(([name, value]) => {
    const sources = Sources.safeParse(value);
    if (sources.success) return sources.data.map(({ id, title, text }) => ({ title: `${id} ${title}`.trim(), text }));
    return [{ title: name, text: typeof value === "string" ? value : JSON.stringify(value, null, 2) }];
  });
}

/** What a value is if it fits the schema. Asked only where it has the key: to be told why it does not fit takes far longer. */
function fitting<T>(schema: z.ZodType<T>, value: unknown, key: string): T | undefined {
  return typeof value === "object" && value !== null && key in value ? schema.safeParse(value).data : undefined;
}

function referenceOf({ target }: Case): string[] {
  const synthesis = fitting(Synthesis, target, "keyPoints");
  if (synthesis !== undefined) return synthesis.keyPoints.map(({ text }) => text);
  const labelled = fitting(Labelled, target, "label");
  if (labelled !== undefined) return [(labelled.accept ?? [labelled.label]).join(" or ")];
  if (fitting(CodeTarget, target, "tests") !== undefined) return [];
  const moves = fitting(Moves, target, "accept");
  if (moves !== undefined) {
    const shown = moves.accept.map(({ calls }) =>
      calls.map((call) => `${call.tool}(${JSON.stringify(call.arguments)})`).join(" and "),
    );
    return [...shown, moves.why];
  }
  if (target === undefined) return [];
  return [typeof target === "string" ? target : JSON.stringify(target)];
}

function testsOf(item: Case): CaseDetail["tests"] {
  const target = fitting(CodeTarget, item.target, "tests");
  if (target === undefined) return undefined;
  const { language, tests } = target;
  return {
    language,
    list: tests.map(({ name, run, expected, throws }, index) => ({
      // As the sandbox names it in its verdict.
      name: name ?? `test ${index + 1}`,
      source:
        throws === undefined
          ? `${run}\n=> ${JSON.stringify(expected)}`
          : `${run}\n=> throws ${throws === true ? "" : throws}`.trimEnd(),
    })),
  };
}
