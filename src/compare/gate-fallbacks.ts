import type { Route } from "../domain/routing.ts";
import type { GateChange } from "./refusal.ts";

/** The fallbacks of a change. */
export interface FallbackChange {
  /** What needs evidence: new ones, those whose model was changed under its id, and all that stay where their order changed. */
  readonly asked: readonly string[];
  readonly kept: readonly string[];
  readonly removed: readonly string[];
  /** `a, b -> b, a`, where those that stay are in another order. */
  readonly order: string | undefined;
}

type Change = Pick<GateChange, "changedModels"> & { readonly before: Route; readonly after: Route };

/** What of the fallbacks is to be judged. */
export function fallbackChange({ before, after, changedModels }: Change): FallbackChange {
  const kept = after.fallbacks.filter((id) => before.fallbacks.includes(id));
  const were = before.fallbacks.filter((id) => kept.includes(id));
  const order = kept.join() === were.join() ? undefined : `${were.join(", ")} -> ${kept.join(", ")}`;
  return {
    asked: after.fallbacks.filter((id) => order !== undefined || !kept.includes(id) || changedModels.has(id)),
    kept,
    removed: before.fallbacks.filter((id) => !kept.includes(id) && id !== after.model),
    order,
  };
}

/** Whether a change of a route is judged by evidence at all. */
export function asksEvidence(change: Change): boolean {
  return change.before.model !== change.after.model || fallbackChange(change).asked.length > 0;
}
