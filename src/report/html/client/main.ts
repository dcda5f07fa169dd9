import type { PageData } from "../page-data.ts";
import type { Mode } from "./answer.ts";
import { drawCase, drawToggles } from "./case.ts";
import { byId, control, hashOf } from "./dom.ts";
import { chooseCases, gapAt, type Wanted } from "./filter.ts";
import { createList } from "./list.ts";
import { searchTexts } from "./search.ts";
import { openStore, type Store } from "./store.ts";
import { exploreWhatIf } from "./what-if.ts";

const FILTERS = ["f-sort", "f-show", "f-tag", "f-model"];
const PAIR = ["f-reference", "f-candidate"];
const MODES: readonly Mode[] = ["rendered", "raw", "diff"];
/** Waits for the next key before it looks through all texts. */
const PAUSE_MS = 200;

/** Brings part 4 to life. */
function explore(data: PageData, store: Store): void {
  const { index } = store;
  const list = createList(data, index);
  let pair: readonly [number, number] = data.pair;
  let shown = new Set<number>(pair);
  let mode: Mode = "rendered";
  let rows: readonly number[] = [];
  let open: number | undefined;
  let found: ReadonlySet<number> = new Set();
  let search = new AbortController();
  const placeOf = new Map<number, number>();

  function wanted(): Wanted {
    return {
      show: control("f-show").value,
      tag: index.tagNames.indexOf(control("f-tag").value),
      model: Number(control("f-model").value),
      text: control("f-text").value.trim().toLowerCase(),
      sort: control("f-sort").value,
      pair,
    };
  }

  /** Reads the controls again and opens the first case. While a search goes on, what is open stays open where it can. */
  function refresh(progress?: string): void {
    rows = chooseCases(index, wanted(), found);
    placeOf.clear();
    for (const [place, at] of rows.entries()) placeOf.set(at, place);
    if (progress === undefined || open === undefined || !placeOf.has(open)) open = rows[0];
    const of = `${rows.length.toLocaleString("en-US")} of ${index.ids.length.toLocaleString("en-US")} cases`;
    byId("count").textContent = progress ? `${of}; ${progress}` : of;
    list.show(rows, pair);
    list.mark(open);
    void draw();
  }

  async function draw(): Promise<void> {
    const at = open;
    if (at === undefined) {
      drawCase(undefined);
      return;
    }
    const item = await store.caseAt(at);
    if (at !== open) return;
    const place = placeOf.get(at) ?? -1;
    const idAt = (index: number) => store.index.ids[rows[index] ?? -1];
    drawCase({
      data,
      item,
      pair,
      gap: gapAt(index, at, pair),
      shown,
      mode,
      place,
      of: rows.length,
      previous: place < 0 ? undefined : idAt(place - 1),
      next: place < 0 ? undefined : idAt(place + 1),
    });
  }

  function openCase(at: number): void {
    open = at;
    list.mark(at);
    history.replaceState(null, "", hashOf(index.ids[at] ?? ""));
    byId("said").textContent = `Case ${index.ids[at]}, ${(placeOf.get(at) ?? -1) + 1} of ${rows.length}`;
    void draw();
  }

  /** Opens the case that the address names, if it names one. */
  function openFromHash(): void {
    if (!location.hash.startsWith("#case=")) return;
    const at = index.ids.findIndex((id) => location.hash === hashOf(id) || location.hash === `#case=${id}`);
    if (at < 0) return;
    openCase(at);
    byId("cases").scrollIntoView({ behavior: "instant" });
  }

  function move(by: number): void {
    const place = open === undefined ? -1 : (placeOf.get(open) ?? -1);
    const next = rows[Math.max(0, Math.min(rows.length - 1, place + by))];
    if (next === undefined) return;
    openCase(next);
    const { top } = byId("view").getBoundingClientRect();
    if (top < 0 || top > innerHeight / 2) byId("view").scrollIntoView({ behavior: "instant" });
  }

  function toggle(model: number): void {
    if (data.models[model] === undefined) return;
    if (!shown.delete(model)) shown.add(model);
    if (shown.size === 0) shown.add(model);
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.model : undefined;
    drawToggles(data, shown);
    if (focused !== undefined) document.querySelector<HTMLElement>(`[data-model="${focused}"]`)?.focus();
    void draw();
  }

  function setMode(next: Mode): void {
    mode = next;
    for (const each of MODES) byId(`mode-${each}`).setAttribute("aria-pressed", String(each === mode));
    void draw();
  }

  /** The list follows at once by ids and first lines; the texts behind them as they are looked through. */
  function startSearch(): void {
    search.abort();
    search = new AbortController();
    const { signal } = search;
    const { text, model } = wanted();
    found = new Set();
    if (text === "") {
      refresh();
      return;
    }
    refresh("looking through the answers");
    setTimeout(() => {
      if (signal.aborted) return;
      const tell = (matches: ReadonlySet<number>, share: number) => {
        found = matches;
        refresh(share === 1 ? "" : `looked through ${Math.floor(100 * share)} % of the answers`);
      };
      void searchTexts(store, { text, model }, { signal, tell });
    }, PAUSE_MS);
  }

  function onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && target.id !== "keys";
    if (typing) {
      if (event.key === "Escape") target.blur();
      return;
    }
    if (!control("keys").checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "d") setMode(mode === "diff" ? "rendered" : "diff");
    else if (event.key === "r") setMode(mode === "raw" ? "rendered" : "raw");
    else if (/^[1-9]$/.test(event.key)) toggle(Number(event.key) - 1);
    else if (event.key === "/") {
      event.preventDefault();
      control("f-text").focus();
    }
  }

  for (const id of FILTERS) {
    byId(id).addEventListener("input", () => (control("f-text").value.trim() === "" ? refresh() : startSearch()));
  }
  byId("f-text").addEventListener("input", startSearch);
  for (const id of PAIR) {
    byId(id).addEventListener("input", () => {
      pair = [Number(control("f-reference").value), Number(control("f-candidate").value)];
      shown = new Set(pair);
      drawToggles(data, shown);
      refresh();
    });
  }
  for (const each of MODES) byId(`mode-${each}`).addEventListener("click", () => setMode(each));
  byId("toggles").addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-model]");
    if (button !== null) toggle(Number(button.dataset.model));
  });
  document.addEventListener("keydown", onKey);
  addEventListener("hashchange", openFromHash);
  byId("explorer").hidden = false;
  drawToggles(data, shown);
  refresh();
  openFromHash();
  performance.mark("ready");
}

const data: PageData = JSON.parse(byId("data").textContent ?? "");
openStore().then((store) => explore(data, store));
void exploreWhatIf();
