import type { Decision } from "../../domain/decision.ts";
import type { AnswerDetail, CaseDetail, ReportInput } from "../../domain/detail.ts";
import type { Score } from "../../domain/trial.ts";
import { count, points, seconds, signedPoints, UNKNOWN, usd } from "../numbers.ts";
import type { Cast } from "./marks.ts";
import { jsonBlock } from "./text.ts";

/** Values of one tag that the filter offers. */
const MOST_VALUES = 24;

/** Two candidates whose difference orders the list. */
interface Pair {
  readonly reference: string;
  readonly candidate: string;
}

/** Part 4: what the template prints, and the data that the page's script draws. Numbers travel with their texts: one formatter. */
export function casesView({ run, decision, cases }: ReportInput, cast: Cast) {
  const asked = new Map(run.manifest.candidates.map(({ id, model }) => [id, model.model]));
  const pairs = pairsOf(decision, cast);
  return {
    count: count(cases.length),
    tags: tagOptions(cases),
    pairs: pairs.map(({ reference, candidate }, value) => ({ value, text: `${candidate} against ${reference}` })),
    data: jsonBlock({
      models: cast.ids.map((name) => ({ name, mark: cast.markOf(name), asked: asked.get(name) ?? name })),
      pairs: pairs.map(({ reference, candidate }) => [cast.ids.indexOf(reference), cast.ids.indexOf(candidate)]),
      cases: cases.map((item) => caseData(item, pairs, cast)),
    }),
  };
}

/** The pair that the report is about comes first: that of the first route that switches, else of the first route. */
function pairsOf({ routes }: Decision, cast: Cast): Pair[] {
  const leading = routes.toSorted((a, b) => Number(b.verdict === "switch") - Number(a.verdict === "switch"));
  const shown = leading.flatMap(({ incumbent, candidate }) =>
    candidate === null ? [] : [{ reference: incumbent, candidate }],
  );
  const rest = routes.flatMap(({ incumbent, comparisons }) =>
    comparisons.map(({ candidate }) => ({ reference: incumbent, candidate })),
  );
  const all = [...shown, ...rest].filter(
    ({ reference, candidate }) => cast.ids.includes(reference) && cast.ids.includes(candidate),
  );
  return [...new Map(all.map((pair) => [JSON.stringify([pair.reference, pair.candidate]), pair])).values()];
}

function tagOptions(cases: readonly CaseDetail[]): string[] {
  const seen = new Map<string, Set<string>>();
  for (const { tags } of cases) {
    for (const [tag, value] of Object.entries(tags)) seen.set(tag, (seen.get(tag) ?? new Set()).add(value));
  }
  return [...seen].flatMap(([tag, values]) =>
    values.size > MOST_VALUES ? [] : [...values].sort().map((value) => `${tag}=${value}`),
  );
}

function caseData(item: CaseDetail, pairs: readonly Pair[], cast: Cast) {
  const quality = new Map(
    cast.ids.map((id) => [id, placeOf(item.answers.filter(({ candidate }) => candidate === id))]),
  );
  return {
    id: item.id,
    tags: Object.entries(item.tags).map(([tag, value]) => `${tag}=${value}`),
    input: item.input,
    context: item.context,
    reference: item.reference,
    /** Where each model stands on the scale from 0 to 1. */
    quality: cast.ids.map((id) => quality.get(id) ?? null),
    /** Candidate minus reference, by pair. */
    gaps: pairs.map(({ reference, candidate }) =>
      gapOf(quality.get(candidate) ?? null, quality.get(reference) ?? null),
    ),
    dispute: Math.max(0, ...item.answers.map(disputeOf)),
    answers: item.answers.map((answer) => answerData(answer, cast)),
  };
}

/** Where the case stands in the list; with repeats, between them. Null where a repeat has no quality. */
function placeOf(answers: readonly AnswerDetail[]): number | null {
  const known = answers.flatMap(({ quality }) => quality ?? []);
  return answers.length === 0 || known.length < answers.length
    ? null
    : known.reduce((sum, quality) => sum + quality, 0) / known.length;
}

function gapOf(ours: number | null, theirs: number | null) {
  if (ours === null || theirs === null) return { value: null, text: UNKNOWN };
  return { value: ours - theirs, text: signedPoints(ours - theirs) };
}

/** How far the scorers of an answer lie apart. */
function disputeOf({ scores }: AnswerDetail): number {
  const values = Object.values(scores).flatMap((score) => (score.state === "scored" ? [score.value] : []));
  return values.length < 2 ? 0 : Math.max(...values) - Math.min(...values);
}

function answerData(answer: AnswerDetail, cast: Cast) {
  const { candidate, repeat, text, failure, scores, quality, costUsd, latencyMs, servedModel } = answer;
  return {
    model: cast.ids.indexOf(candidate),
    repeat,
    text,
    failure: failure === undefined ? null : `${failure.reason}: ${failure.message}`,
    quality: quality === null ? UNKNOWN : points(quality),
    cost: costUsd === null ? UNKNOWN : usd(costUsd),
    latency: latencyMs === null ? UNKNOWN : seconds(latencyMs),
    served: servedModel ?? (failure === undefined ? UNKNOWN : null),
    scores: Object.entries(scores).map(([name, score]) => scoreData(name, score)),
  };
}

function scoreData(name: string, score: Score) {
  if (score.state === "unscored") {
    return { name, value: "unscored", why: score.reason, judge: null, criteria: [], said: score.judgeText ?? null };
  }
  const { value, explanation, judge } = score;
  return {
    name,
    value: points(value),
    why: explanation,
    judge: judge?.model ?? null,
    criteria: judge?.criteria ?? [],
    said: null,
  };
}
