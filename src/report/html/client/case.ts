import { signedPoints } from "../../numbers.ts";
import { firstLine } from "../first-line.ts";
import type { AnswerData, CaseData, PageData } from "../page-data.ts";
import { answerColumn, type Mode, type Other } from "./answer.ts";
import { codeBlock } from "./code.ts";
import { byId, element, fold, glyphOf, hashOf } from "./dom.ts";

/** Longer questions fold. */
const LONG_TEXT = 1_200;

/** What is drawn of a case, and where it stands among its neighbours. */
export interface View {
  readonly data: PageData;
  readonly item: CaseData;
  readonly pair: readonly [reference: number, candidate: number];
  /** Candidate minus reference. */
  readonly gap: number | null;
  readonly shown: ReadonlySet<number>;
  readonly mode: Mode;
  readonly place: number;
  readonly of: number;
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

/** Draws the open case; without one, says that none fits. */
export function drawCase(view: View | undefined): void {
  if (view === undefined) {
    byId("view").replaceChildren(element("p", { class: "note", id: "case-title" }, ["No case fits the filter."]));
    return;
  }
  byId("view").replaceChildren(headOf(view), askedOf(view.item), answersOf(view));
}

function headOf({ item, place, of, previous, next }: View): HTMLElement {
  const title = element("h3", { id: "case-title", tabindex: "-1" }, [
    element("span", {}, [item.id]),
    " ",
    firstLine(item.input),
  ]);
  const tags = item.tags.map((tag) => element("span", { class: "tag" }, [tag]));
  const link = element("a", { href: hashOf(item.id) }, ["Link to this case"]);
  const step = (text: string, to: string | undefined) =>
    to === undefined
      ? element("span", { class: "step off" }, [text])
      : element("a", { class: "step", href: hashOf(to) }, [text]);
  const at = element("span", { class: "note" }, [
    place < 0 ? "not in the list" : `${(place + 1).toLocaleString("en-US")} of ${of.toLocaleString("en-US")}`,
  ]);
  const steps = element("span", { class: "steps" }, [step("← previous", previous), at, step("next →", next)]);
  return element("header", {}, [title, element("p", { class: "meta" }, [...tags, link, steps])]);
}

function askedOf(item: CaseData): HTMLElement {
  const question = element("pre", { class: "asked", dir: "auto" }, [item.input]);
  const folded = item.input.length > LONG_TEXT ? [fold("Question, in full", [question])] : [question];
  const parts = [element("div", {}, [element("h4", {}, ["Question"]), ...folded, ...contextOf(item)])];
  if (item.reference.length > 0) {
    const points = item.reference.map((text) => element("li", { dir: "auto" }, [text]));
    parts.push(
      element("div", {}, [element("h4", {}, ["A good answer says"]), element("ul", { class: "reference" }, points)]),
    );
  }
  if (item.tests !== null) parts.push(element("div", {}, [element("h4", {}, ["A good answer passes"]), testsOf(item)]));
  return element("div", { class: "ask" }, parts);
}

function testsOf({ tests }: CaseData): HTMLElement {
  const list = tests?.list ?? [];
  const parts = list.flatMap(({ name, source }) => [
    element("h5", {}, [name]),
    codeBlock(source, tests?.language ?? ""),
  ]);
  return fold(`${list.length} hidden ${list.length === 1 ? "test" : "tests"}`, parts);
}

function contextOf({ context }: CaseData): Node[] {
  if (context.length === 0) return [];
  const texts = context.flatMap(({ title, text }) => [
    element("h5", {}, [title]),
    element("pre", { dir: "auto" }, [text]),
  ]);
  return [fold(`Shown with it: ${context.length} ${context.length === 1 ? "text" : "texts"}`, texts)];
}

/** The reference first, then the candidate it is compared with, then the others. */
function answersOf({ item, data, pair, gap, shown, mode }: View): HTMLElement {
  const [reference, candidate] = pair;
  const order = [...new Set([reference, candidate, ...data.models.keys()])].filter((index) => shown.has(index));
  const textOf = (model: number) => answersBy(item, model)[0]?.text ?? "";
  const columns = order.flatMap((index) => {
    const model = data.models[index];
    if (model === undefined) return [];
    const points = index === candidate && gap !== null ? `${signedPoints(gap)} points` : "";
    const other = otherOf(index, order, textOf);
    return [
      answerColumn(answersBy(item, index), index === reference ? "reference" : points, {
        item,
        model,
        mode,
        other,
        votes: votesOn(item, index, data),
      }),
    ];
  });
  return element("div", { class: "answers" }, columns);
}

function answersBy({ answers }: CaseData, model: number): AnswerData[] {
  return answers.filter((answer) => answer.model === model);
}

/** What people said of a model's answer beside another, one line a pair. */
function votesOn({ people }: CaseData, model: number, { models }: PageData): string[] {
  return people.flatMap(({ candidate, incumbent, votes }) => {
    if (model !== candidate && model !== incumbent) return [];
    const other = models[model === candidate ? incumbent : candidate]?.name ?? "";
    const ours = model === candidate ? 1 : -1;
    const count = (wanted: number) => votes.filter((vote) => vote === wanted).length;
    return [
      `${count(ours)} of ${votes.length} people prefer this answer to that of ${other}, ${count(-ours)} that one, ${count(0)} neither`,
    ];
  });
}

/** Every column is compared with the first; the first with the second. */
function otherOf(index: number, order: readonly number[], textOf: (model: number) => string): Other | undefined {
  const [first, second] = order;
  if (first === undefined || second === undefined) return undefined;
  return index === first ? { side: "reference", text: textOf(second) } : { side: "candidate", text: textOf(first) };
}

/** The buttons that show and hide models. */
export function drawToggles({ models }: PageData, shown: ReadonlySet<number>): void {
  const buttons = models.map(({ name, mark }, index) => {
    const key = index < 9 ? [element("kbd", {}, [String(index + 1)])] : [];
    const attributes = { type: "button", "data-model": String(index), "aria-pressed": String(shown.has(index)) };
    return element("button", attributes, [glyphOf(mark), element("span", {}, [name]), ...key]);
  });
  byId("toggles").replaceChildren(...buttons);
}
