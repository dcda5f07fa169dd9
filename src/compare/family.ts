import type { Comparison, Estimate } from "../domain/decision.ts";
import type { PlannedRoute, Run } from "../domain/run.ts";
import type { Random } from "../ports.ts";
import { holm, holmLevels } from "../stats/holm.ts";
import { type Cell, cellsOf, comparisonOf } from "./comparison.ts";
import type { Ledger } from "./ledger-entries.ts";
import { type Row, tabulate } from "./table.ts";
import { familyOf, withSlices } from "./test-plan.ts";

/** A run that a gate draws on, with the policies it is judged by in its manifest. */
export interface DrawnRun {
  readonly run: Run;
  readonly random: Random;
  readonly ledger: Ledger | undefined;
  /** Routes whose incumbent is gone: a model has to be good enough, and no saving is asked. */
  readonly turned: ReadonlySet<string>;
  /** Whether comparisons are wanted with the interval of quality, which no verdict needs. */
  readonly described?: boolean;
}

/** A route and a candidate of the family. */
export interface Member {
  readonly suite: string;
  readonly route: string;
  readonly candidate: string;
  readonly incumbent: string;
  readonly turned: boolean;
  /** Whether the ledger holds the look that its comparisons are, or another of the same run. */
  readonly recorded: boolean;
  /** USD a month saved at the route's volume; null without one, or with several comparisons. */
  readonly monthlySaving: Estimate | null;
  /**
   * With the incumbent; for a turned route without one, with each other candidate: who is within the margin of all of them is
   * within the margin of the best. Made when asked for.
   */
  readonly comparisons: () => Comparison[];
}

interface Hypothesis extends Omit<Member, "comparisons" | "recorded" | "monthlySaving"> {
  readonly p: number;
  readonly cells: readonly Cell[];
  readonly random: Random;
  readonly described: boolean;
  readonly isRecorded: (cell: Cell) => boolean;
}

/**
 * The union of the families of several runs, under Holm at the strictest alpha: judging only what changed, after looking,
 * would approve too much. A turned route without its incumbent is one hypothesis a candidate, "worse than some other by more
 * than the margin", whose p is the largest of its comparisons (intersection-union).
 */
export function familyOfRuns(runs: readonly DrawnRun[]): readonly Member[] {
  const hypotheses = runs.flatMap(hypothesesOf);
  if (hypotheses.length === 0) return [];
  const alpha = Math.min(...runs.map(({ run }) => familyOf(run.manifest).alpha));
  const ps = hypotheses.map(({ p }) => p);
  const [levels, adjusted] = [holmLevels(ps, alpha), holm(ps)];
  return hypotheses.map(
    ({ suite, route, candidate, incumbent, turned, cells, random, described, isRecorded }, index) => ({
      suite,
      route,
      candidate,
      incumbent,
      turned,
      monthlySaving: cells.length === 1 ? (cells[0]?.cost.monthlySaving ?? null) : null,
      recorded: turned || cells.every(isRecorded),
      comparisons: () => {
        const standing = { level: levels[index] as number, pHolm: adjusted[index] as number };
        return cells.map((cell) => comparisonOf(cell, standing, { random, truth: undefined, described }));
      },
    }),
  );
}

function hypothesesOf({ run, random, ledger, turned, described = true }: DrawnRun): Hypothesis[] {
  const source = { run, table: tabulate(run).map(kept), ledger };
  const { suite, candidates, routes, runId } = run.manifest;
  const isRecorded = ({ plan, route, candidate }: Cell) =>
    plan.recorded ||
    ledger?.entries.some(
      (entry) => entry.run === runId && entry.route === route.route && entry.candidate === candidate,
    ) === true;
  const cellsFor = sharedCells(source);
  return routes.flatMap(withSlices).flatMap((route): Hypothesis[] => {
    const { incumbent } = route;
    const common = {
      suite: suite.id,
      route: route.route,
      incumbent,
      turned: turned.has(route.route),
      random,
      described,
      isRecorded,
    };
    const present = candidates.some(({ id }) => id === incumbent);
    if (!common.turned || present) {
      return cellsFor(route).map((cell) => ({
        ...common,
        candidate: cell.candidate,
        p: common.turned ? costlessP(cell) : cell.p,
        cells: [cell],
      }));
    }
    const cells = candidates.flatMap(({ id }) => cellsFor({ ...route, incumbent: id }));
    return candidates.map(({ id }) => {
      const own = cells.filter(({ candidate }) => candidate === id);
      return { ...common, candidate: id, p: Math.max(0, ...own.map(costlessP)), cells: own };
    });
  });
}

/** Routes that differ in nothing but their name, past looks included, have the same cells. */
function sharedCells(source: Parameters<typeof cellsOf>[1]): (route: PlannedRoute) => Cell[] {
  const known = new Map<string, Cell[]>();
  return (route) => {
    const { incumbent, slice, policy, volume } = route;
    const past = source.ledger?.entries
      .filter((entry) => entry.suite === source.run.manifest.suite.id && entry.route === route.route)
      .map(({ route: _, ...entry }) => entry);
    const key = JSON.stringify([incumbent, slice, policy, volume, past]);
    const cells = known.get(key) ?? cellsOf(route, source);
    known.set(key, cells);
    return cells.map((cell) => ({ ...cell, route }));
  };
}

// Evidence is small, and each of its cells is compared many times.
function kept(row: Row): Row {
  const cells: ReturnType<Row["at"]>[] = [];
  return {
    length: row.length,
    at: (index) => {
      cells[index] ??= row.at(index);
      return cells[index];
    },
  };
}

function costlessP({ quality, pessimisticP, others }: Cell): number {
  const rest = others.filter(({ name }) => name !== "cost");
  return Math.max(quality.p, pessimisticP, ...rest.map(({ state, p }) => p ?? (state === "holds" ? 0 : 1)));
}
