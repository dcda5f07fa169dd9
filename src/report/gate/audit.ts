import type { Estimate } from "../../domain/decision.ts";
import type { Audit, Recommendation } from "../../domain/recommendation.ts";
import { text as markdown } from "../markdown-text.ts";
import { change, count, level, monthly, plural, range, signedPoints } from "../numbers.ts";
import { printable } from "./text.ts";

/** The audit on a terminal: what it comes to, then a block for each route. */
export function renderAudit({ routes }: Audit): string {
  const blocks = routes.flatMap((route) => [
    "",
    `${route.standing.toUpperCase()} ${headOf(route)}`,
    `  ${route.reason}`,
    ...factsOf(route).map((fact) => `  ${fact}`),
    ...[...route.notes, ...overrideOf(route)].map((note) => `  Note: ${note}`),
    ...(route.command === null ? [] : [`  To settle it: ${route.command}`]),
  ]);
  return printable(`${[summaryOf(routes), ...blocks].join("\n")}\n`);
}

/** The same as a table in Markdown. */
export function renderAuditMarkdown({ routes, table }: Audit): string {
  const rows = routes.map((route) =>
    [
      route.route,
      route.standing,
      route.verdict === "switch" ? `${route.model} → **${route.candidate}**` : route.model,
      route.quality === null ? "" : estimate(route.quality, signedPoints),
      route.costRatio === null ? "" : estimate(route.costRatio, change),
      route.monthlySaving === null ? "" : estimate(route.monthlySaving, monthly),
      [route.grade ?? "", ...overrideOf(route)].filter((part) => part !== "").join("; "),
      route.reason,
    ]
      .map((cell, index) => (index === 2 ? cell : markdown(cell)))
      .join(" | "),
  );
  return [
    `## Audit of ${markdown(table)}`,
    "",
    markdown(summaryOf(routes)),
    "",
    "| route | | model | quality, points | cost | saved a month | grade | why |",
    "|---|---|---|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
    "",
  ].join("\n");
}

function headOf({ route, model, verdict, candidate }: Recommendation): string {
  return verdict === "switch" ? `${route}: ${model} -> ${candidate}` : `${route}: ${model}`;
}

function factsOf({ quality, costRatio, monthlySaving, volume, grade, candidate }: Recommendation): string[] {
  if (quality === null) return [];
  const cost = costRatio === null ? "cost unknown" : `cost ${estimate(costRatio, change)}`;
  return [
    `${candidate}: quality ${estimate(quality, signedPoints)} points, ${cost}; ${plural(quality.n, "pair")}, ${grade}.`,
    ...(monthlySaving === null || volume === null ? [] : [savingText(monthlySaving, volume)]),
  ];
}

function savingText(saving: Estimate, volume: number): string {
  const word = saving.value < 0 ? "Would cost" : "Saves";
  const shown = saving.value < 0 ? negated(saving) : saving;
  return `${word} about ${estimate(shown, monthly)} a month at ${count(Math.round(volume * 10) / 10)} calls a day.`;
}

function negated({ value, interval, n }: Estimate): Estimate {
  const minus = (bound: number | null) => (bound === null ? null : -bound);
  return {
    value: -value,
    n,
    interval: interval && { ...interval, low: minus(interval.high), high: minus(interval.low) },
  };
}

function overrideOf({ override }: Recommendation): string[] {
  if (override === null) return [];
  const { by, until, reason, expired } = override;
  return [`${expired ? "An expired exception" : "An exception"} of ${by} until ${until}: ${reason}`];
}

function estimate(value: Estimate, format: (number: number) => string): string {
  const { interval } = value;
  return interval === null
    ? `${format(value.value)} (no interval)`
    : `${format(value.value)} (${level(interval.level)} ${range(value, format)})`;
}

function summaryOf(routes: readonly Recommendation[]): string {
  const counts = new Map<string, number>();
  for (const { standing } of routes) counts.set(standing, (counts.get(standing) ?? 0) + 1);
  const parts = [...counts].map(([standing, number]) => `${number} ${standing}`);
  const savings = routes.flatMap(({ verdict, monthlySaving }) =>
    verdict === "switch" && monthlySaving !== null ? [monthlySaving] : [],
  );
  const sum = (pick: (saving: Estimate) => number | null | undefined) =>
    savings.reduce<number | null>((total, saving) => {
      const value = pick(saving);
      return total === null || value === null || value === undefined ? null : total + value;
    }, 0);
  const [low, high] = [sum(({ interval }) => interval?.low), sum(({ interval }) => interval?.high)];
  const bounds = low === null || high === null ? "no interval" : `${monthly(low)} to ${monthly(high)}, bounds added up`;
  const money =
    savings.length === 0
      ? ""
      : ` The switches save about ${monthly(sum(({ value }) => value) ?? 0)} a month (${bounds}).`;
  return `${plural(routes.length, "route")}: ${parts.join(", ")}.${money}`;
}
