import type { Decision, Estimate, ModelSummary } from "../../../domain/decision.ts";
import { count, points, range, UNKNOWN } from "../../numbers.ts";
import type { Cast } from "../marks.ts";

/** Quality below which a cell takes the next deeper tint. */
const STEPS = [0.95, 0.85, 0.7, 0.5] as const;
const SHOWN_ROWS = 18;
/** Cases that a slice needs before the title speaks of it. */
const FEWEST = 20;

/** Quality by tag and model: a table whose ground deepens as quality falls. */
export function heatView(decision: Decision, cast: Cast) {
  const models = cast.ids.flatMap((id) => decision.models.filter(({ candidate }) => candidate === id));
  const keys = Object.keys(models[0]?.slices ?? {});
  const rows = keys.map((key) => rowOf(splitKey(key), key, models));
  const groups = [...Map.groupBy(rows, ({ tag }) => tag)]
    .map(([tag, members]) => ({ tag, rows: members }))
    .sort((a, b) => a.rows.length - b.rows.length);
  const all = { label: "all cases", cells: models.map(({ quality }) => cellOf(quality)) };
  // Long tags fold away rather than bury the page; what is folded is still in the file and in print.
  const rowsUpTo = (index: number) => groups.slice(0, index + 1).reduce((sum, group) => sum + group.rows.length, 0);
  const open = groups.filter((_, index) => index === 0 || rowsUpTo(index) <= SHOWN_ROWS);
  const folded = groups.filter((group) => !open.includes(group));
  const foldedRows = folded.reduce((sum, group) => sum + group.rows.length, 0);
  return {
    title: titleOf(
      open.flatMap((group) => group.rows),
      models,
    ),
    span: models.length + 1,
    names: models.map(({ candidate }) => candidate),
    all,
    groups: open,
    folded,
    more: foldedRows === 0 ? null : `${count(foldedRows)} more slices`,
  };
}

interface Row {
  readonly tag: string;
  readonly label: string;
  readonly key: string;
  readonly cells: readonly ReturnType<typeof cellOf>[];
}

function rowOf([tag, label]: readonly [string, string], key: string, models: readonly ModelSummary[]): Row {
  return { tag, label, key, cells: models.map(({ slices }) => cellOf(slices[key] ?? null)) };
}

function splitKey(key: string): readonly [string, string] {
  const cut = key.indexOf("=");
  return [key.slice(0, cut), key.slice(cut + 1)];
}

function cellOf(estimate: Estimate | null) {
  if (estimate === null) return { value: UNKNOWN, range: "", n: "", depth: "none", finding: null };
  const depth = STEPS.filter((step) => estimate.value < step).length;
  return {
    value: points(estimate.value),
    range: estimate.interval === null ? "no interval" : range(estimate, points),
    n: `n ${count(estimate.n)}`,
    depth: `h${depth}`,
    finding: estimate.n < FEWEST ? null : estimate.value,
  };
}

/** The slice that sets the models furthest apart, and who stands at either end. */
function titleOf(rows: readonly Row[], models: readonly ModelSummary[]): string {
  const spreads = rows.flatMap(({ key, cells }) => {
    const known = cells.flatMap(({ finding }, index) =>
      finding === null ? [] : [{ share: finding, name: models[index]!.candidate }],
    );
    if (known.length < 2) return [];
    const sorted = known.toSorted((a, b) => b.share - a.share);
    return [{ key, best: sorted[0]!, worst: sorted.at(-1)! }];
  });
  const widest = spreads.toSorted((a, b) => b.best.share - b.worst.share - (a.best.share - a.worst.share))[0];
  if (widest === undefined) return "Quality by tag";
  const { key, best, worst } = widest;
  return `The models lie furthest apart on ${key}: ${points(best.share)} for ${best.name}, ${points(worst.share)} for ${worst.name}`;
}
