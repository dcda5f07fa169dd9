import type { Decision } from "../../domain/decision.ts";
import type { AnswerDetail, CaseDetail, ReportInput } from "../../domain/detail.ts";
import type { Score } from "../../domain/trial.ts";
import { count } from "../numbers.ts";
import type { Cast } from "./marks.ts";
import type { AnswerData, CaseData, PageData, ScoreData } from "./page-data.ts";

/** Tags with more values name cases rather than divide them: they are not offered as a filter. */
const MOST_VALUES = 24;

/** Two candidates whose difference orders the list. */
type Pair = readonly [reference: string, candidate: string];

/** Part 4: what the template prints. */
export function casesView({ decision, facts }: ReportInput, cast: Cast) {
  const [first] = pairsOf(decision, cast);
  const option = (id: string, value: number, chosen: boolean) => ({ value, text: id, chosen });
  return {
    count: count(decision.cases),
    tags: Object.entries(facts.tags).flatMap(([tag, values]) =>
      values.length > MOST_VALUES ? [] : values.map((value) => `${tag}=${value}`),
    ),
    references: cast.ids.map((id, value) => option(id, value, id === first?.[0])),
    candidates: cast.ids.map((id, value) => option(id, value, id === first?.[1])),
    models: cast.ids.map((id, value) => option(id, value, false)),
  };
}

/** What the script needs before any case is opened. */
export function pageData({ run, decision }: ReportInput, cast: Cast): PageData {
  const asked = new Map(run.manifest.candidates.map(({ id, model }) => [id, model.model]));
  const [first] = pairsOf(decision, cast);
  return {
    models: cast.ids.map((name) => ({ name, mark: cast.markOf(name), asked: asked.get(name) ?? name })),
    pair:
      first === undefined
        ? [0, Math.min(1, cast.ids.length - 1)]
        : [cast.ids.indexOf(first[0]), cast.ids.indexOf(first[1])],
    cases: decision.cases,
  };
}

/** The pair that the report is about comes first: that of the first route that switches, else of the first route. */
function pairsOf({ routes }: Decision, cast: Cast): Pair[] {
  const leading = routes.toSorted((a, b) => Number(b.verdict === "switch") - Number(a.verdict === "switch"));
  const shown = leading.flatMap(({ incumbent, candidate }): Pair[] =>
    candidate === null ? [] : [[incumbent, candidate]],
  );
  return shown.filter((pair) => pair.every((id) => cast.ids.includes(id)));
}

/** A case as the page reads it from a block. Texts are as they came: the page makes them visible when it shows them. */
export function caseData(item: CaseDetail, cast: Cast): CaseData {
  return {
    id: item.id,
    tags: Object.entries(item.tags).map(([tag, value]) => `${tag}=${value}`),
    input: item.input,
    context: item.context,
    reference: item.reference,
    tests: item.tests ?? null,
    people: item.people.map(({ candidate, incumbent, votes }) => ({
      candidate: cast.ids.indexOf(candidate),
      incumbent: cast.ids.indexOf(incumbent),
      votes,
    })),
    answers: item.answers.map((answer) => answerData(answer, cast)),
  };
}

function answerData(answer: AnswerDetail, cast: Cast): AnswerData {
  const { candidate, repeat, text, failure, scores, quality, costUsd, latencyMs, servedModel } = answer;
  return {
    model: cast.ids.indexOf(candidate),
    repeat,
    text,
    failure: failure === undefined ? null : `${failure.reason}: ${failure.message}`,
    quality,
    costUsd,
    latencyMs,
    served: servedModel ?? null,
    scores: Object.entries(scores).map(([name, score]) => scoreData(name, score)),
  };
}

function scoreData(name: string, score: Score): ScoreData {
  if (score.state === "unscored") {
    const said = score.judgeText ?? null;
    return { name, value: null, why: score.reason, judge: null, criteria: [], said, votes: [], notes: [] };
  }
  const { value, explanation, judge } = score;
  const votes = judge?.votes?.map((vote) => ({ who: vote.model, value: vote.value, reason: vote.reason ?? "" })) ?? [];
  return {
    name,
    value,
    why: explanation,
    judge: judge?.model ?? null,
    criteria: judge?.criteria ?? [],
    said: null,
    votes,
    notes: judge === undefined ? [] : notesOf(judge),
  };
}

type JudgeFacts = NonNullable<Extract<Score, { readonly state: "scored" }>["judge"]>;

function notesOf({ flips, orders, choice }: JudgeFacts): string[] {
  return [
    ...(choice === undefined ? [] : [`chose ${choice}`]),
    ...(orders ?? []).map(({ first, second }) => `shown first: ${first}; shown second: ${second}`),
    ...(flips === undefined ? [] : [`${flips.flipped} of ${flips.of} further readings differ from the first`]),
  ];
}
