import type { GateOutcome } from "../domain/gate.ts";
import type { Route } from "../domain/routing.ts";
import { judgeComparisons } from "./gate-comparison.ts";
import {
  accepted,
  commandFor,
  type Judgement,
  memberOf,
  NOT_RECORDED,
  type Say,
  type Versions,
  whyAdvisory,
} from "./gate-say.ts";
import { type GateChange, type Present, paramsConflict, type Refusal, refusal, retiresSoon } from "./refusal.ts";

/** The fallbacks of a change. */
export interface FallbackChange {
  /** What needs evidence: new ones, those whose model or parameters were changed, and all that stay where their order changed. */
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
  const paramsOf = (route: Route, id: string) => JSON.stringify(route.fallbackParams[id] ?? {});
  const changed = (id: string) => changedModels.has(id) || paramsOf(before, id) !== paramsOf(after, id);
  return {
    asked: after.fallbacks.filter((id) => order !== undefined || !kept.includes(id) || changed(id)),
    kept,
    removed: before.fallbacks.filter((id) => !kept.includes(id) && id !== after.model),
    order,
  };
}

/** Whether a change of a route is judged by evidence at all. */
export function asksEvidence(change: Change): boolean {
  return change.before.model !== change.after.model || fallbackChange(change).asked.length > 0;
}

/** Judges the fallbacks that need evidence. */
export function judgeFallbacks(change: GateChange, say: Say, versions: Versions): Judgement[] {
  const { asked, kept, order } = fallbackChange({ ...change, ...versions });
  const judged = asked.map((id) => judgeFallback(change, say, { ...versions, id }));
  const staying = judged.filter(({ to }) => to !== null && kept.includes(to));
  if (order === undefined || staying.some(({ outcome }) => outcome !== "pass")) return judged;
  const reasons = staying.map(({ reason }) => reason).join(" ");
  const reason = `The order of the fallbacks changed (${order}), and each of them is tested. ${reasons}`;
  const notes = staying.flatMap((each) => each.notes);
  return [
    ...judged.filter((each) => !staying.includes(each)),
    say("fallback", "pass", reason, { to: kept.join(", "), notes }),
  ];
}

function judgeFallback(
  change: GateChange,
  say: Say,
  { before, after, now, id }: Versions & { readonly id: string },
): Judgement {
  const { evidence, policy, models } = change;
  const about = (outcome: GateOutcome, reason: string, more: Parameters<Say>[3] = {}) =>
    say("fallback", outcome, reason, { to: id, ...more });
  if (id === after.model) return about("reject", `${id} falls back on itself.`);
  if (id === before.model) return about("pass", `The fallback ${id} is the model that has served the route so far.`);
  const retirement = retiresSoon(models.get(id)?.model, policy, now);
  if (retirement !== undefined) return about("reject", `The fallback ${retirement}`);
  const untested = (reason: string, settle: Refusal["settle"] = true) =>
    about("reject", `The fallback ${id} is untested. ${reason}`, commandFor(change, settle));
  if (change.moved !== undefined) return about("reject", change.moved);
  if (evidence.state === "refused") return untested(evidence.reason, evidence.settle);
  const refused = refusal(change, evidence, [before.model, id], now);
  if (refused !== undefined) return untested(refused.reason, refused.settle);
  const changed = change.changedModels.get(id);
  if (changed !== undefined && evidence.source !== "live")
    return untested(
      `Since then ${changed} changed under the same id, and recorded answers do not say which they are of.`,
    );
  const member = memberOf(evidence, change.route, id, before.model);
  if (member === undefined)
    return untested(`Run ${evidence.run} does not compare it with ${before.model} for this route.`);
  if (!member.recorded) return untested(NOT_RECORDED(evidence.run));
  const settings = paramsConflict({ model: id, params: after.fallbackParams[id] ?? {} }, models.get(id));
  if (settings !== undefined) return untested(settings, false);
  const advisory = whyAdvisory(evidence, member);
  if (advisory !== undefined && !policy.acceptAdvisory)
    return about("reject", `The verdict on the fallback ${id} is advisory: ${advisory}.`);
  const judged = judgeComparisons(member, { candidate: id, run: evidence.run, costAsked: false, isFallback: true });
  const { quality, costRatio, settle } = judged;
  const more = { quality, costRatio, notes: accepted(advisory), ...commandFor(change, settle) };
  return about(judged.outcome, judged.reason, more);
}

/** Fallbacks that stay and go soon, or are gone: nobody is worse off than before, but they will answer nobody. */
export function goingFallbacks(change: GateChange, { before, after, now }: Versions): string[] {
  const { kept, asked } = fallbackChange({ ...change, before, after });
  return kept
    .filter((id) => !asked.includes(id))
    .flatMap((id) => retiresSoon(change.models.get(id)?.model, change.policy, now) ?? [])
    .map((retirement) => `The fallback ${retirement} Put another in its place.`);
}

/** Fallbacks that stay without evidence, as notes. */
export function untestedFallbacks(change: GateChange, evidence: Present, before: Route, after: Route): string[] {
  return after.fallbacks
    .filter((id) => before.fallbacks.includes(id) && id !== before.model && id !== after.model)
    .filter((id) => memberOf(evidence, change.route, id, before.model) === undefined)
    .map((id) => `The fallback ${id} is untested: run ${evidence.run} does not compare it.`);
}
