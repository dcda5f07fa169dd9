import type { Decision, Estimate, RouteDecision } from "../domain/decision.ts";
import type { ReportInput } from "../domain/detail.ts";
import { monthly, plural, range } from "./numbers.ts";
import { verdictSentence } from "./sentences.ts";

/** The verdict on each slice that a route names, in one sentence each. */
export function sliceTexts(route: RouteDecision): string[] {
  return route.slices.map((part) => {
    const name = Object.entries(part.slice)
      .map(([tag, value]) => `${tag}=${value}`)
      .join(", ");
    const { verdict, candidate, comparisons } = part;
    return `${name}: ${verdict}. ${verdictSentence({ ...route, slice: part.slice, verdict, candidate, comparisons })}`;
  });
}

/** What there is to say of all routes together: who serves by exception, the month, and the calls that were not needed. */
export function remarkTexts({ run, decision }: Pick<ReportInput, "run" | "decision">): string[] {
  const { saved } = decision.calls;
  const forecast = forecastText(decision);
  return [
    ...run.manifest.routes.flatMap(({ route, exception }) =>
      exception === undefined ? [] : [`${route}: ${exception}`],
    ),
    ...(forecast === undefined ? [] : [forecast]),
    ...(saved > 0 ? [`Stopped as soon as the verdicts were in: ${plural(saved, "call")} saved.`] : []),
  ];
}

/** What a month of the routes costs today and with every switch made; nothing where it is unknown, or where the models do not exist. */
function forecastText({ forecast, simulated }: Decision): string | undefined {
  if (forecast === null || simulated) return undefined;
  const { today, after, saving, routes, leftOut, traffic } = forecast;
  const words = (estimate: Estimate) => `about ${monthly(estimate.value)} (${range(estimate, monthly)})`;
  const least = leftOut.length === 0 ? "" : ` Left out, for want of a volume or a price: ${leftOut.join(", ")}.`;
  const change =
    saving.value === 0
      ? "No switch changes that"
      : `With every switch made, ${words(after)}: a saving of ${words(saving)}`;
  return `${plural(routes, "route")} ${routes === 1 ? "costs" : "cost"} ${words(today)} a month today. ${change}. This assumes ${traffic}.${least}`;
}
