import type { Decision, Estimate, ModelSummary, RouteDecision } from "../../../domain/decision.ts";
import { boundsOf, costLimitOf, marginOf } from "../limits.ts";
import type { Cast } from "../marks.ts";

/** A model on the plane: dollars per 1,000 calls across, points of quality up. */
export interface PlanePoint {
  readonly name: string;
  readonly mark: number;
  readonly incumbent: boolean;
  readonly cost: number;
  readonly quality: number;
  /** Low and high; a single value where no interval is drawn. */
  readonly costs: readonly number[];
  readonly qualities: readonly number[];
}

/** What the plane shows. */
export interface PlaneFacts {
  readonly points: readonly PlanePoint[];
  /** Models that have no place on it. */
  readonly missing: readonly string[];
  /** The route whose limits are drawn; null where no route covers the whole suite. */
  readonly route: RouteDecision | null;
  /** Where a candidate is cheap and good enough. */
  readonly zone: { readonly cost: number; readonly quality: number } | null;
}

/**
 * Candidates carry the intervals of their paired differences from the incumbent, so that they may be read against its
 * limits. That holds for a route over the whole suite alone; without one, each model carries its own interval and no
 * limit is drawn.
 */
export function planeFacts(decision: Decision, cast: Cast): PlaneFacts {
  const route = decision.routes.find(({ slice }) => Object.keys(slice).length === 0) ?? null;
  const base = decision.models.find(({ candidate }) => candidate === route?.incumbent);
  const [cost, quality] = [base?.costPer1000?.value, base?.quality?.value];
  const reference = cost === undefined || quality === undefined ? null : { cost, quality };
  const points = cast.ids.flatMap((id): PlanePoint[] => {
    const model = decision.models.find(({ candidate }) => candidate === id);
    if (model === undefined) return [];
    const comparison = route?.comparisons.find(({ candidate }) => candidate === id);
    const drawn =
      reference !== null && id === route?.incumbent
        ? {
            cost: reference.cost,
            quality: 100 * reference.quality,
            costs: [reference.cost],
            qualities: [100 * reference.quality],
          }
        : reference !== null && comparison !== undefined
          ? paired(reference, comparison.costRatio, comparison.quality)
          : reference === null
            ? alone(model)
            : null;
    return drawn === null ? [] : [{ name: id, mark: cast.markOf(id), incumbent: id === route?.incumbent, ...drawn }];
  });
  const policy = route?.policy;
  return {
    points,
    missing: cast.ids.filter((id) => !points.some(({ name }) => name === id)),
    route: reference === null ? null : route,
    zone:
      reference === null || policy === undefined
        ? null
        : { cost: reference.cost * costLimitOf(policy), quality: 100 * (reference.quality - marginOf(policy)) },
  };
}

function paired(
  reference: { readonly cost: number; readonly quality: number },
  ratio: Estimate | null,
  difference: Estimate | null,
) {
  if (ratio === null || difference === null) return null;
  return {
    cost: reference.cost * ratio.value,
    quality: 100 * (reference.quality + difference.value),
    costs: boundsOf(ratio).map((bound) => reference.cost * bound),
    qualities: boundsOf(difference).map((bound) => 100 * (reference.quality + bound)),
  };
}

function alone({ costPer1000, quality }: ModelSummary) {
  if (costPer1000 === null || quality === null) return null;
  return {
    cost: costPer1000.value,
    quality: 100 * quality.value,
    costs: boundsOf(costPer1000),
    qualities: boundsOf(quality).map((bound) => 100 * bound),
  };
}

/** The staircase of models that no other model beats on both axes, cheapest first. */
export function frontier(points: readonly PlanePoint[]): PlanePoint[] {
  const steps: PlanePoint[] = [];
  for (const point of points.toSorted((a, b) => a.cost - b.cost || b.quality - a.quality)) {
    if (steps.length === 0 || point.quality > steps.at(-1)!.quality) steps.push(point);
  }
  return steps;
}
