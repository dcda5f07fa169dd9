import type { PlannedRoute, Run } from "../domain/run.ts";
import type {
  CellStops,
  RouteStops,
  RunStops,
  StopChoice,
  StopComparison,
  StopGrid,
  StopVerdict,
} from "../domain/stops.ts";
import { type Cell, cellsOf } from "./comparison.ts";
import { largestP, settle } from "./settle.ts";
import { type Standing, standingsOf } from "./standings.ts";
import { tabulate } from "./table.ts";
import { familyOf, withSlices } from "./test-plan.ts";
import { verdictOver } from "./verdict.ts";

/** Margins of half a point to twenty, and savings of nothing to ninety per cent. */
export const STOP_GRID: StopGrid = {
  margins: Array.from({ length: 40 }, (_, at) => ((at + 1) * 5) / 1_000),
  savings: Array.from({ length: 19 }, (_, at) => (at * 5) / 100),
};

/** No stop but each route's own policy. */
export const NO_STOPS: StopGrid = { margins: [], savings: [] };

/** The comparisons of a run at every stop of a grid, as a first look: without the ledger of those before. */
export function stopsOf(run: Run, grid: StopGrid): RunStops {
  const table = tabulate(run);
  const parts = run.manifest.routes.map(withSlices);
  const cells = parts.flat().flatMap((route) => cellsOf(route, { run, table, ledger: undefined, grid }));
  return gatherStops(run, { parts, cells, grid });
}

/** The stops of cells that were made with a grid: each route and its slices, with the cells of either. */
export function gatherStops(
  { manifest }: Pick<Run, "manifest">,
  given: {
    readonly parts: readonly (readonly PlannedRoute[])[];
    readonly cells: readonly Cell[];
    readonly grid: StopGrid;
  },
): RunStops {
  const { parts, cells, grid } = given;
  const routes = parts.flatMap((list) =>
    list.map((part, at): RouteStops => {
      const { route, incumbent, policy } = part;
      const own = cells.filter((cell) => cell.route === part).flatMap(({ stops }) => stops ?? []);
      return { route, incumbent, policy, isSlice: at > 0, cells: own };
    }),
  );
  return { grid, alpha: familyOf(manifest).alpha, routes };
}

/** What each route would come to with the sliders there. */
export function decideAt({ grid, alpha, routes }: RunStops, choice: StopChoice): StopVerdict[] {
  const cells = routes.flatMap((route) => route.cells.map((cell) => testedAt(cell, route, choice)));
  const standings = standingsOf(
    cells.map(({ p }) => p),
    alpha,
  );
  const settled = cells.map((cell, index) => comparisonAt(cell, standings[index] as Standing));
  return routes.flatMap((route, index) => {
    if (route.isSlice) return [];
    const comparisons = settled.filter((_, at) => cells[at]?.route === routes[index]);
    const { verdict, shown } = verdictOver(comparisons, route.policy.objective);
    return [
      {
        route: route.route,
        incumbent: route.incumbent,
        verdict,
        shown,
        comparisons,
        policy: policyAt(route, grid, choice),
      },
    ];
  });
}

type Tested = ReturnType<typeof testedAt>;

function testedAt(cell: CellStops, route: RouteStops, { margin, saving }: StopChoice) {
  const quality = at(cell.quality, margin);
  const others = [at(cell.cost, saving), ...cell.rest];
  const p = largestP([quality.p, quality.pessimisticP], others);
  return { route, cell, quality, others, p };
}

// The route's own comes first; a list of that alone does not move.
function at<T>(list: readonly T[], stop: number | undefined): T {
  return (list[stop === undefined ? 0 : stop + 1] ?? list[0]) as T;
}

function comparisonAt({ cell, quality, others, p }: Tested, { level, pHolm }: Standing): StopComparison {
  return {
    candidate: cell.candidate,
    ...settle({ quality, others, p }, level),
    missingMatters: quality.p <= level && quality.pessimisticP > level,
    p,
    pHolm,
    qualityP: quality.p,
    quality: quality.value,
    costRatio: cell.costRatio,
  };
}

function policyAt({ policy }: RouteStops, { margins, savings }: StopGrid, { margin, saving }: StopChoice) {
  if (policy.objective === "best-within-budget") return policy;
  return {
    ...policy,
    margin: (margin === undefined ? undefined : margins[margin]) ?? policy.margin,
    minSaving: (saving === undefined ? undefined : savings[saving]) ?? policy.minSaving,
  };
}
