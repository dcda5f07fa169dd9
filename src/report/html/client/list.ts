import { signedPoints, UNKNOWN } from "../../numbers.ts";
import type { PageData } from "../page-data.ts";
import { byId, element, hashOf, shape } from "./dom.ts";
import { gapAt } from "./filter.ts";
import type { CaseIndex } from "./store.ts";

/** Rows drawn beyond what is seen, so that a turn of the wheel finds them there. */
const SPARE = 8;

/** The pair that the rows compare. */
export type Pair = readonly [reference: number, candidate: number];

/** The list of cases: any number of rows, of which only those in sight are drawn. */
export function createList(data: PageData, index: CaseIndex) {
  const scroller = byId("scroller");
  const list = byId("list");
  let rows: readonly number[] = [];
  let pair: Pair = data.pair;
  let open: number | undefined;
  let drawn = { from: 0, to: 0 };
  let height = 0;

  function draw(anew: boolean): void {
    if (height === 0 && rows.length > 0) {
      list.replaceChildren(rowOf(0));
      height = list.firstElementChild?.getBoundingClientRect().height ?? 0;
    }
    const seen = height === 0 ? 0 : Math.ceil(scroller.clientHeight / height);
    const top = height === 0 ? 0 : Math.floor(scroller.scrollTop / height);
    const from = Math.max(0, Math.min(top, rows.length - 1) - SPARE);
    const to = Math.min(rows.length, top + seen + SPARE);
    if (!anew && from === drawn.from && to === drawn.to) return;
    drawn = { from, to };
    const focused = list.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.at
      : undefined;
    list.style.paddingTop = `${from * height}px`;
    list.style.paddingBottom = `${Math.max(0, rows.length - to) * height}px`;
    list.replaceChildren(...Array.from({ length: to - from }, (_, offset) => rowOf(from + offset)));
    if (focused !== undefined)
      list.querySelector<HTMLElement>(`[data-at="${focused}"]`)?.focus({ preventScroll: true });
  }

  function rowOf(place: number): HTMLElement {
    const at = rows[place] as number;
    const gap = gapAt(index, at, pair);
    const way = gap === null || gap === 0 ? "tie" : gap < 0 ? "worse" : "better";
    const { columns } = index;
    const tags = columns.tags(at).map((tag) => index.tagNames[tag] ?? "");
    const facts = [
      ...tags.map((tag) => tag.slice(tag.indexOf("=") + 1)),
      ...(data.models.some((_, model) => columns.failed(model, at)) ? ["failed"] : []),
    ];
    const link = element(
      "a",
      {
        href: hashOf(index.ids[at] ?? ""),
        "data-at": String(at),
        "data-id": index.ids[at] ?? "",
        ...(at === open ? { "aria-current": "true" } : {}),
      },
      [
        element("span", { class: "row-top" }, [
          element("b", {}, [index.ids[at] ?? ""]),
          element("span", { class: "row-tags" }, [facts.join(" · ")]),
          element("span", { class: `row-gap ${way}` }, [gap === null ? UNKNOWN : signedPoints(gap)]),
        ]),
        element("span", { class: "row-text" }, [index.titles[at] ?? ""]),
        plotOf(at, way),
      ],
    );
    return element("li", { "aria-setsize": String(rows.length), "aria-posinset": String(place + 1) }, [link]);
  }

  /** The two models compared, on the scale from 0 to 100. */
  function plotOf(at: number, way: string): SVGElement {
    const parts = [shape("line", { x1: "0", x2: "100%", y1: "5", y2: "5", class: "base" })];
    const places = pair.map((model) => ({
      mark: data.models[model]?.mark ?? 0,
      at: index.columns.quality(model, at),
    }));
    const [from, to] = places.map((place) => (place.at === null ? null : `${(100 * place.at).toFixed(1)}%`));
    if (from != null && to != null) {
      parts.push(shape("line", { x1: from, x2: to, y1: "5", y2: "5", class: `gap ${way}` }));
    }
    for (const place of places) {
      if (place.at === null) continue;
      const use = shape("use", { href: `#s${place.mark}`, class: `m${place.mark}`, transform: "scale(.72)" });
      parts.push(shape("svg", { x: `${(100 * place.at).toFixed(1)}%`, y: "5", class: "pin" }, [use]));
    }
    return shape("svg", { class: "row-plot", "aria-hidden": "true" }, parts);
  }

  scroller.addEventListener("scroll", () => draw(false), { passive: true });
  addEventListener("resize", () => {
    height = 0;
    draw(true);
  });

  return {
    show(shown: readonly number[], compared: Pair): void {
      rows = shown;
      pair = compared;
      draw(true);
    },
    /** Marks the open case and brings it into sight, without moving the page. */
    mark(at: number | undefined): void {
      open = at;
      const place = at === undefined ? -1 : rows.indexOf(at);
      if (place >= 0) {
        const top = place * height;
        if (top < scroller.scrollTop) scroller.scrollTop = top;
        else if (top + height > scroller.scrollTop + scroller.clientHeight) {
          scroller.scrollTop = top + height - scroller.clientHeight;
        }
      }
      draw(true);
    },
  };
}
