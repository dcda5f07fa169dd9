import type { ReportInput } from "../../domain/detail.ts";
import { evidenceView } from "./charts/evidence.ts";
import { forestView } from "./charts/forest.ts";
import { heatView } from "./charts/heat.ts";
import { latencyView } from "./charts/latency.ts";
import { plane, zoneText } from "./charts/plane.ts";
import { type PlaneFacts, planeFacts } from "./charts/plane-points.ts";
import { spendView } from "./charts/spend.ts";
import type { Cast } from "./marks.ts";
import { list } from "./text.ts";

/** Part 3: the figures. Their titles state what the numbers say. */
export function picturesView(input: ReportInput, cast: Cast) {
  const { decision, run } = input;
  // A figure may be cut out and passed on: each says for itself that its models do not exist.
  const titled = <T extends { readonly title: string }>(figure: T): T =>
    run.manifest.source === "simulated" ? { ...figure, title: `Simulated: ${figure.title}` } : figure;
  const facts = planeFacts(decision, cast);
  const heat = heatView(decision, cast);
  const latency = latencyView(input, cast);
  const spend = spendView(input, cast);
  return {
    plane: titled({
      title: planeTitle(facts),
      drawing: facts.points.length === 0 ? null : plane(facts),
      note: planeNote(facts),
    }),
    forest: titled(forestView(decision, cast)),
    heat: heat.groups.length === 0 ? null : titled(heat),
    latency: latency === null ? null : titled(latency),
    spend: spend === null ? null : titled(spend),
    evidence: decision.routes.flatMap((route, index) => evidenceView(route, index, cast) ?? []).map(titled),
  };
}

function planeTitle({ points, route }: PlaneFacts): string {
  if (points.length === 0) return "No model has both a known cost and a known quality";
  if (route === null) return "Quality against cost, each model by itself";
  const shown = route.comparisons.filter(({ conditions }) =>
    (["quality", "cost"] as const).every((wanted) =>
      conditions.some(({ name, state }) => name === wanted && state === "holds"),
    ),
  );
  if (shown.length === 0) return `No candidate is shown to be good and cheap enough for ${route.route}`;
  const names = list(shown.map(({ candidate }) => candidate));
  return `${names} ${shown.length === 1 ? "is" : "are"} shown to be good and cheap enough for ${route.route}`;
}

function planeNote(facts: PlaneFacts): string {
  const { route, missing, points } = facts;
  if (points.length === 0) return `Not drawn: ${list(missing)}.`;
  const bars =
    route === null
      ? "Bars: each model's own interval. They say nothing about a difference; for that, read the paired differences."
      : "Bars: intervals of the paired difference from the incumbent, so they may be read against the dashed limits; the incumbent is the reference and has none.";
  const out = missing.length === 0 ? "" : `Not drawn, cost or quality unknown: ${list(missing)}.`;
  return [zoneText(facts), bars, "The thin staircase joins the models that no other beats on both.", out]
    .filter((text) => text !== "")
    .join(" ");
}
