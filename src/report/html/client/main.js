import { drawCase, drawToggles } from "./case.js";
import { byId, control, hashOf } from "./dom.js";
import { chooseCases } from "./filter.js";
import { drawList, markOpen } from "./list.js";

/**
 * @typedef {import("./data.d.ts").CaseData} CaseData
 * @typedef {import("./data.d.ts").PageData} PageData
 * @typedef {import("./data.d.ts").State} State
 */

const FILTERS = ["f-sort", "f-show", "f-tag", "f-text"];

/** @type {PageData} */
const data = JSON.parse(byId("data").textContent ?? "");
/** @type {State} */
const state = { data, pair: 0, shown: new Set(data.pairs[0] ?? [0]), rows: [], open: undefined };

/** Reads the controls again; what was open stays open. */
function refresh() {
  const wanted = {
    show: control("f-show").value,
    tag: control("f-tag").value,
    text: control("f-text").value,
    sort: control("f-sort").value,
    pair: state.pair,
  };
  state.rows = chooseCases(data.cases, wanted);
  if (state.open === undefined || !state.rows.includes(state.open)) state.open = state.rows[0];
  drawList(state);
  drawCase(state);
}

/** @param {CaseData} item */
function openCase(item) {
  state.open = item;
  drawCase(state);
  markOpen(state);
  history.replaceState(null, "", hashOf(item.id));
  byId("said").textContent = `Case ${item.id}, ${state.rows.indexOf(item) + 1} of ${state.rows.length}`;
}

/** Opens the case that the address names, if it names one. */
function openFromHash() {
  if (!location.hash.startsWith("#case=")) return;
  const item = data.cases.find(({ id }) => location.hash === hashOf(id) || location.hash === `#case=${id}`);
  if (item === undefined) return;
  openCase(item);
  byId("cases").scrollIntoView({ behavior: "instant" });
}

/** @param {number} by */
function move(by) {
  const place = state.open === undefined ? -1 : state.rows.indexOf(state.open);
  const next = state.rows[Math.max(0, Math.min(state.rows.length - 1, place + by))];
  if (next === undefined) return;
  openCase(next);
  const { top } = byId("view").getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) byId("view").scrollIntoView({ behavior: "instant" });
}

/** @param {number} model */
function toggle(model) {
  if (data.models[model] === undefined) return;
  if (!state.shown.delete(model)) state.shown.add(model);
  if (state.shown.size === 0) state.shown.add(model);
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.model : undefined;
  drawToggles(state);
  drawCase(state);
  if (focused !== undefined)
    /** @type {HTMLElement | null} */ (document.querySelector(`[data-model="${focused}"]`))?.focus();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && target.id !== "keys";
  if (typing) {
    if (event.key === "Escape") target.blur();
    return;
  }
  if (!control("keys").checked || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (/^[1-9]$/.test(event.key)) toggle(Number(event.key) - 1);
  else if (event.key === "/") {
    event.preventDefault();
    control("f-text").focus();
  }
}

for (const id of FILTERS) byId(id).addEventListener("input", refresh);
byId("f-pair").addEventListener("input", () => {
  state.pair = Number(control("f-pair").value);
  state.shown = new Set(data.pairs[state.pair]);
  drawToggles(state);
  refresh();
});
byId("toggles").addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-model]");
  if (button instanceof HTMLElement) toggle(Number(button.dataset.model));
});
document.addEventListener("keydown", onKey);
addEventListener("hashchange", openFromHash);
byId("explorer").hidden = false;
drawToggles(state);
refresh();
openFromHash();
