import { points, seconds, UNKNOWN, usd } from "../../numbers.ts";
import type { AnswerData, CaseData, Model, ScoreData } from "../page-data.ts";
import { codeBlock } from "./code.ts";
import { marked } from "./difference.ts";
import { element, glyphOf } from "./dom.ts";
import { rendered } from "./markdown.ts";

/** How answers are shown: as Markdown, as they came, or with the words marked that differ. */
export type Mode = "rendered" | "raw" | "diff";

/** A longer answer is cut until one asks for all of it. */
const LONGEST = 20_000;

/** What a column is compared with. */
export interface Other {
  readonly side: "reference" | "candidate";
  readonly text: string;
}

interface Look {
  readonly item: CaseData;
  readonly model: Model;
  readonly mode: Mode;
  readonly other: Other | undefined;
  /** What people said of it. */
  readonly votes: readonly string[];
}

/** Every answer of one model to a case, one under the other where it was asked more than once. */
export function answerColumn(answers: readonly AnswerData[], role: string, look: Look): HTMLElement {
  const { model } = look;
  const small = element("small", {}, [role]);
  const heading = element("h4", {}, [glyphOf(model.mark), element("span", {}, [model.name]), small]);
  const many = answers.length > 1;
  const body = answers.flatMap((answer) => [
    ...(many ? [element("h5", {}, [`Answer ${answer.repeat + 1} of ${answers.length}`])] : []),
    ...answerParts(answer, look),
  ]);
  const people = look.votes.map((vote) => element("p", { class: "why people" }, [vote]));
  const none = element("p", { class: "failure" }, ["No answer was recorded."]);
  return element("section", { class: "answer", "aria-label": `Answer of ${model.name}` }, [
    heading,
    ...(answers.length === 0 ? [none] : body),
    ...(people.length === 0 ? [] : [element("h5", {}, ["People"]), ...people]),
  ]);
}

function answerParts(answer: AnswerData, look: Look): Node[] {
  const failed =
    answer.failure === null
      ? []
      : [element("p", { class: "failure" }, [element("strong", {}, ["Failed. "]), answer.failure])];
  const empty =
    answer.text === "" && answer.failure === null ? [element("p", { class: "note" }, ["The answer is empty."])] : [];
  const said = answer.text === "" ? [] : [saidOf(answer.text, look)];
  return [
    numbersOf(answer, look.model),
    ...failed,
    ...said,
    ...empty,
    ...answer.scores.map((score) => reasonsOf(score, look.item)),
  ];
}

/** The text of an answer. A very long one is cut, with a button for the rest. */
function saidOf(text: string, look: Look): HTMLElement {
  const holder = element("div");
  const draw = (shown: string) => holder.replaceChildren(...textOf(shown, look));
  if (text.length <= LONGEST) {
    draw(text);
    return holder;
  }
  draw(text.slice(0, LONGEST));
  const more = element("button", { type: "button", class: "more" }, [
    `Show all ${text.length.toLocaleString("en-US")} characters`,
  ]);
  more.addEventListener("click", () => draw(text));
  holder.append(more);
  return holder;
}

function textOf(text: string, { mode, other }: Look): Node[] {
  if (mode === "rendered") return [rendered(text)];
  if (mode === "diff" && other !== undefined) return marked(text, other.text, other.side);
  return [element("pre", { class: "said", dir: "auto" }, [text])];
}

function numbersOf(answer: AnswerData, model: Model): HTMLElement {
  const { quality, costUsd, latencyMs, served } = answer;
  const facts: readonly (readonly [string, string])[] = [
    ["Quality", quality === null ? UNKNOWN : points(quality)],
    ...answer.scores.map(({ name, value }) => [name, scoreText(value)] as const),
    ["Cost", costUsd === null ? UNKNOWN : usd(costUsd)],
    ["Latency", latencyMs === null ? UNKNOWN : seconds(latencyMs)],
    ...(served === null || served === model.asked ? [] : [["Served by", served] as const]),
  ];
  const cells = facts.map(([name, value]) =>
    element("div", {}, [element("dt", {}, [name]), element("dd", {}, [value])]),
  );
  return element("dl", { class: "scores" }, cells);
}

function scoreText(value: number | null): string {
  return value === null ? "unscored" : points(value);
}

/** Why a scorer said what it said: its own words, then a judge's criteria with the evidence it quoted. */
function reasonsOf(score: ScoreData, item: CaseData): HTMLElement {
  const by = score.judge === null ? "" : `, judged by ${score.judge}`;
  const parts: Node[] = [element("h5", {}, [`${score.name}: ${scoreText(score.value)}${by}`])];
  if (score.why !== "") parts.push(element("p", { class: "why" }, [score.why]));
  parts.push(...failingTest(score, item));
  if (score.criteria.length > 0) parts.push(element("ul", { class: "criteria" }, score.criteria.map(criterionOf)));
  if (score.votes.length > 0) parts.push(element("ul", { class: "criteria" }, score.votes.map(voteOf)));
  for (const note of score.notes) parts.push(element("p", { class: "why" }, [note]));
  if (score.said !== null) {
    const summary = element("summary", {}, ["What the judge said"]);
    parts.push(element("details", {}, [summary, element("pre", {}, [score.said])]));
  }
  return element("div", { class: "score" }, parts);
}

/** The source of the hidden test that a score names as the one that failed. */
function failingTest({ why, value }: ScoreData, { tests }: CaseData): Node[] {
  if (tests === null || value === 1) return [];
  const test = tests.list.find(({ name }) => why.includes(`"${name}"`));
  if (test === undefined) return [];
  return [element("h5", {}, [`The test that fails: ${test.name}`]), codeBlock(test.source, tests.language)];
}

function voteOf({ who, value, reason }: ScoreData["votes"][number]): HTMLElement {
  const vote = element("span", { class: "met" }, [value === null ? "–" : points(value)]);
  const why = reason === "" ? "" : `: ${reason}`;
  return element("li", { class: "yes" }, [
    vote,
    element("span", {}, [`${who}${value === null ? " abstains" : ""}${why}`]),
  ]);
}

function criterionOf({ id, met, evidence }: ScoreData["criteria"][number]): HTMLElement {
  const mark = element("span", { class: "met" }, [met ? "yes" : "no"]);
  const quote = evidence === "" ? [] : [" ", element("q", {}, [evidence])];
  return element("li", { class: met ? "yes" : "no" }, [mark, element("span", {}, [id.replaceAll("-", " "), ...quote])]);
}
