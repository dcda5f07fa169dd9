import { element, glyphOf } from "./dom.js";

/**
 * @typedef {import("./data.d.ts").AnswerData} AnswerData
 * @typedef {import("./data.d.ts").ScoreData} ScoreData
 * @typedef {import("./data.d.ts").Model} Model
 */

/**
 * Every answer of one model to a case, one under the other where it was asked more than once.
 * @param {Model} model
 * @param {AnswerData[]} answers
 * @param {string} role
 */
export function answerColumn(model, answers, role) {
  const small = element("small", {}, [role]);
  const heading = element("h4", {}, [glyphOf(model.mark), element("span", {}, [model.name]), small]);
  const many = answers.length > 1;
  const body = answers.flatMap((answer) => [
    ...(many ? [element("h5", {}, [`Answer ${answer.repeat + 1} of ${answers.length}`])] : []),
    ...answerParts(answer, model),
  ]);
  const none = element("p", { class: "failure" }, ["No answer was recorded."]);
  return element("section", { class: "answer" }, [heading, ...(answers.length === 0 ? [none] : body)]);
}

/**
 * @param {AnswerData} answer
 * @param {Model} model
 */
function answerParts(answer, model) {
  const said = answer.text === "" ? [] : [element("pre", { class: "said", dir: "auto" }, [answer.text])];
  const failed =
    answer.failure === null
      ? []
      : [element("p", { class: "failure" }, [element("strong", {}, ["Failed. "]), answer.failure])];
  const empty =
    answer.text === "" && answer.failure === null ? [element("p", { class: "note" }, ["The answer is empty."])] : [];
  return [numbersOf(answer, model), ...failed, ...said, ...empty, ...answer.scores.map(reasonsOf)];
}

/**
 * @param {AnswerData} answer
 * @param {Model} model
 */
function numbersOf(answer, model) {
  const facts = [
    ["Quality", answer.quality],
    ...answer.scores.map(({ name, value }) => [name, value]),
    ["Cost", answer.cost],
    ["Latency", answer.latency],
    ...(answer.served === null || answer.served === model.asked ? [] : [["Served by", answer.served]]),
  ];
  const cells = facts.map(([name = "", value = ""]) =>
    element("div", {}, [element("dt", {}, [name]), element("dd", {}, [value])]),
  );
  return element("dl", { class: "scores" }, cells);
}

/**
 * Why a scorer said what it said: its own words, then a judge's criteria with the evidence it quoted.
 * @param {ScoreData} score
 */
function reasonsOf(score) {
  const by = score.judge === null ? "" : `, judged by ${score.judge}`;
  const parts = [element("h5", {}, [`${score.name}: ${score.value}${by}`])];
  if (score.why !== "") parts.push(element("p", { class: "why" }, [score.why]));
  if (score.criteria.length > 0) parts.push(element("ul", { class: "criteria" }, score.criteria.map(criterionOf)));
  if (score.said !== null) {
    const summary = element("summary", {}, ["What the judge said"]);
    parts.push(element("details", {}, [summary, element("pre", {}, [score.said])]));
  }
  return element("div", { class: "score" }, parts);
}

/** @param {ScoreData["criteria"][number]} criterion */
function criterionOf({ id, met, evidence }) {
  const mark = element("span", { class: "met" }, [met ? "yes" : "no"]);
  const quote = evidence === "" ? [] : [" ", element("q", {}, [evidence])];
  return element("li", { class: met ? "yes" : "no" }, [mark, element("span", {}, [id.replaceAll("-", " "), ...quote])]);
}
