import { z } from "zod";
import type { Case } from "../domain/case.ts";
import type { AnswerDetail, CaseDetail } from "../domain/detail.ts";
import type { Manifest } from "../domain/run.ts";
import type { Completion, Outcome, Trial, TrialScores } from "../domain/trial.ts";
import type { JournalRecord } from "../ports.ts";
import { isRefusal } from "../run/score.ts";

const Sources = z.array(z.looseObject({ id: z.string(), title: z.string().default(""), text: z.string() }));
const Synthesis = z.looseObject({ keyPoints: z.array(z.looseObject({ text: z.string() })) });
const Labelled = z.looseObject({ label: z.string(), accept: z.array(z.string()).optional() });
const Tested = z.looseObject({ tests: z.array(z.looseObject({ name: z.string().optional(), run: z.string() })) });

const Moves = z.looseObject({
  accept: z.array(z.looseObject({ calls: z.array(z.looseObject({ tool: z.string(), arguments: z.unknown() })) })),
  why: z.string(),
});

/** Joins cases and the journal into what a report shows, in the manifest's order. */
export async function assembleDetails(
  manifest: Manifest,
  cases: readonly Case[],
  records: AsyncIterable<JournalRecord>,
): Promise<CaseDetail[]> {
  const trials = new Map<string, Map<string, Trial>>();
  const scores = new Map<string, TrialScores>();
  for await (const record of records) {
    if (record.type === "scores") {
      scores.set(record.scores.key, record.scores);
      continue;
    }
    const ofCase = trials.get(record.trial.caseId) ?? new Map<string, Trial>();
    trials.set(record.trial.caseId, ofCase);
    const slot = `${record.trial.candidate}\u0000${record.trial.repeat}`;
    if (!ofCase.has(slot)) ofCase.set(slot, record.trial);
  }
  const rank = new Map(manifest.candidates.map(({ id }, index) => [id, index]));
  return cases.map((item) => ({
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
    answers: [...(trials.get(item.id)?.values() ?? [])]
      .filter(({ candidate }) => rank.has(candidate))
      .sort((a, b) => (rank.get(a.candidate) as number) - (rank.get(b.candidate) as number) || a.repeat - b.repeat)
      .map((trial) => answerOf(trial, scores.get(trial.key))),
  }));
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

function referenceOf(item: Case): string[] {
  const synthesis = Synthesis.safeParse(item.target);
  if (synthesis.success) return synthesis.data.keyPoints.map(({ text }) => text);
  const labelled = Labelled.safeParse(item.target);
  if (labelled.success) return [(labelled.data.accept ?? [labelled.data.label]).join(" or ")];
  const tested = Tested.safeParse(item.target);
  if (tested.success) return tested.data.tests.map(({ name, run }) => name ?? run);
  const moves = Moves.safeParse(item.target);
  if (moves.success) {
    const shown = moves.data.accept.map(({ calls }) =>
      calls.map((call) => `${call.tool}(${JSON.stringify(call.arguments)})`).join(" and "),
    );
    return [...shown, moves.data.why];
  }
  if (item.target === undefined) return [];
  return [typeof item.target === "string" ? item.target : JSON.stringify(item.target)];
}
