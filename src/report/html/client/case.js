import { answerColumn } from "./answer.js";
import { byId, element, firstLine, glyphOf, hashOf } from "./dom.js";

/** Longer questions fold. */
const LONG_TEXT = 1_200;

/**
 * @typedef {import("./data.d.ts").CaseData} CaseData
 * @typedef {import("./data.d.ts").State} State
 */

/** @param {State} state */
export function drawCase(state) {
  const { open } = state;
  if (open === undefined) {
    byId("view").replaceChildren(element("p", { class: "note", id: "case-title" }, ["No case fits the filter."]));
    return;
  }
  byId("view").replaceChildren(headOf(open, state), askedOf(open), answersOf(open, state));
}

/**
 * @param {CaseData} item
 * @param {State} state
 */
function headOf(item, { rows }) {
  const place = rows.indexOf(item);
  const title = element("h3", { id: "case-title", tabindex: "-1" }, [
    element("span", {}, [item.id]),
    " ",
    firstLine(item.input),
  ]);
  const tags = item.tags.map((tag) => element("span", { class: "tag" }, [tag]));
  const link = element("a", { href: hashOf(item.id) }, ["Link to this case"]);
  const step = (/** @type {string} */ text, /** @type {CaseData | undefined} */ to) =>
    to === undefined
      ? element("span", { class: "step off" }, [text])
      : element("a", { class: "step", href: hashOf(to.id) }, [text]);
  const at = element("span", { class: "note" }, [place < 0 ? "not in the list" : `${place + 1} of ${rows.length}`]);
  const steps = element("span", { class: "steps" }, [
    step("← previous", rows[place - 1]),
    at,
    step("next →", rows[place + 1]),
  ]);
  return element("header", {}, [title, element("p", { class: "meta" }, [...tags, link, steps])]);
}

/** @param {CaseData} item */
function askedOf(item) {
  const question = element("pre", { class: "asked", dir: "auto" }, [item.input]);
  const folded = item.input.length > LONG_TEXT ? [fold("Question, in full", [question])] : [question];
  const parts = [element("div", {}, [element("h4", {}, ["Question"]), ...folded, ...contextOf(item)])];
  if (item.reference.length > 0) {
    const points = item.reference.map((text) => element("li", { dir: "auto" }, [text]));
    parts.push(
      element("div", {}, [element("h4", {}, ["A good answer says"]), element("ul", { class: "reference" }, points)]),
    );
  }
  return element("div", { class: "ask" }, parts);
}

/** @param {CaseData} item */
function contextOf({ context }) {
  if (context.length === 0) return [];
  const texts = context.flatMap(({ title, text }) => [
    element("h5", {}, [title]),
    element("pre", { dir: "auto" }, [text]),
  ]);
  return [fold(`Shown with it: ${context.length} ${context.length === 1 ? "text" : "texts"}`, texts)];
}

/**
 * @param {string} title
 * @param {Node[]} children
 */
function fold(title, children) {
  return element("details", {}, [element("summary", {}, [title]), ...children]);
}

/**
 * The reference first, then the candidate it is compared with, then the others.
 * @param {CaseData} item
 * @param {State} state
 */
function answersOf(item, { data, pair, shown }) {
  const [reference = 0, candidate = 0] = data.pairs[pair] ?? [];
  const order = [...new Set([reference, candidate, ...data.models.keys()])].filter((index) => shown.has(index));
  const columns = order.flatMap((index) => {
    const model = data.models[index];
    const answers = item.answers.filter((answer) => answer.model === index);
    const gap = index === candidate ? (item.gaps[pair]?.text ?? "") : "";
    const role = index === reference ? "reference" : gap === "" ? "" : `${gap} points`;
    return model === undefined ? [] : [answerColumn(model, answers, role)];
  });
  return element("div", { class: "answers" }, columns);
}

/** @param {State} state */
export function drawToggles({ data, shown }) {
  const buttons = data.models.map(({ name, mark }, index) => {
    const key = index < 9 ? [element("kbd", {}, [String(index + 1)])] : [];
    const attributes = { type: "button", "data-model": String(index), "aria-pressed": String(shown.has(index)) };
    return element("button", attributes, [glyphOf(mark), element("span", {}, [name]), ...key]);
  });
  byId("toggles").replaceChildren(...buttons);
}
