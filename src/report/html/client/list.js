import { byId, element, firstLine, hashOf, shape } from "./dom.js";
import { isFailed } from "./filter.js";

/** Rows that are drawn at once; more would only slow the page. */
const MOST_ROWS = 500;

/**
 * @typedef {import("./data.d.ts").CaseData} CaseData
 * @typedef {import("./data.d.ts").State} State
 */

/** @param {State} state */
export function drawList(state) {
  byId("list").replaceChildren(...state.rows.slice(0, MOST_ROWS).map((item) => rowOf(item, state)));
  const { rows, data } = state;
  const cut = rows.length > MOST_ROWS ? `, the first ${MOST_ROWS} listed` : "";
  byId("count").textContent = `${rows.length} of ${data.cases.length} cases${cut}`;
  markOpen(state);
}

/**
 * Marks the open case in the list and brings it into sight, without moving the page.
 * @param {State} state
 */
export function markOpen({ open }) {
  const list = byId("list");
  for (const link of list.querySelectorAll("a")) {
    if (link.dataset.id !== open?.id) {
      link.removeAttribute("aria-current");
      continue;
    }
    link.setAttribute("aria-current", "true");
    const top = link.offsetTop - list.offsetTop;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + link.offsetHeight > list.scrollTop + list.clientHeight) {
      list.scrollTop = top + link.offsetHeight - list.clientHeight;
    }
  }
}

/**
 * @param {CaseData} item
 * @param {State} state
 */
function rowOf(item, state) {
  const gap = item.gaps[state.pair] ?? { value: null, text: "" };
  const way = gap.value === null || gap.value === 0 ? "tie" : gap.value < 0 ? "worse" : "better";
  const facts = [...item.tags.map((tag) => tag.slice(tag.indexOf("=") + 1)), ...(isFailed(item) ? ["failed"] : [])];
  const top = element("span", { class: "row-top" }, [
    element("b", {}, [item.id]),
    element("span", { class: "row-tags" }, [facts.join(" · ")]),
    element("span", { class: `row-gap ${way}` }, [gap.text]),
  ]);
  const text = element("span", { class: "row-text" }, [firstLine(item.input)]);
  const link = element("a", { href: hashOf(item.id), "data-id": item.id }, [top, text, drawGap(item, state, way)]);
  return element("li", {}, [link]);
}

/**
 * The two models compared, on the scale from 0 to 100.
 * @param {CaseData} item
 * @param {State} state
 * @param {string} way
 */
function drawGap(item, { data, pair }, way) {
  const drawn = [shape("line", { x1: "0", x2: "100%", y1: "5", y2: "5", class: "base" })];
  const places = (data.pairs[pair] ?? []).map((model) => ({
    mark: data.models[model]?.mark ?? 0,
    at: item.quality[model] ?? null,
  }));
  const [from, to] = places.map(({ at }) => (at === null ? null : `${(100 * at).toFixed(1)}%`));
  if (from != null && to != null)
    drawn.push(shape("line", { x1: from, x2: to, y1: "5", y2: "5", class: `gap ${way}` }));
  for (const { mark, at } of places) {
    if (at === null) continue;
    const use = shape("use", { href: `#s${mark}`, class: `m${mark}`, transform: "scale(.72)" });
    drawn.push(shape("svg", { x: `${(100 * at).toFixed(1)}%`, y: "5", class: "pin" }, [use]));
  }
  return shape("svg", { class: "row-plot", "aria-hidden": "true" }, drawn);
}
