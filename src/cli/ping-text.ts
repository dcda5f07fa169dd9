import { seconds, UNKNOWN, usd } from "../report/numbers.ts";
import { inColumns, oneLine } from "./columns.ts";

/** What came of one call. */
export interface Ping {
  readonly id: string;
  readonly state: "answered" | "failed" | "not-asked";
  /** What the model said, why the call failed, or why it was not made. */
  readonly text: string;
  /** Why the answer ended, or the reason of the failure. */
  readonly reason?: string;
  /** The model has no existence and no bill. */
  readonly simulated?: boolean;
  /** Where it is not the name that was asked for. */
  readonly servedModel?: string;
  readonly requestId?: string | undefined;
  readonly latencyMs?: number | undefined;
  readonly costUsd?: number | undefined;
}

const LONGEST_ANSWER = 60;
const LONGEST_REASON = 300;

/** A line per model, and a sum. */
export function pingText(pings: readonly Ping[]): string {
  const rows = pings.map((ping) => [
    ping.id,
    ping.latencyMs === undefined ? "" : seconds(ping.latencyMs),
    costText(ping),
    cameBack(ping),
  ]);
  const count = (state: Ping["state"]) => pings.filter((ping) => ping.state === state).length;
  const counts = `${count("answered")} answered, ${count("failed")} failed, ${count("not-asked")} not asked`;
  const real = pings.filter(({ state, simulated }) => state !== "not-asked" && simulated !== true);
  const spent = real.reduce((sum, { costUsd = 0 }) => sum + costUsd, 0);
  const least = real.some(({ costUsd }) => costUsd === undefined) ? "at least " : "";
  const simulated = pings.some((ping) => ping.simulated)
    ? " Simulated models do not exist: time and cost are stated."
    : "";
  const table = inColumns([["model", "time", "cost", "what came back"], ...rows]);
  return `${table.join("\n")}\n\n${counts}; ${least}${usd(spent)} spent.${simulated}\n`;
}

function costText({ state, costUsd }: Ping): string {
  if (state === "not-asked") return "";
  return costUsd === undefined ? UNKNOWN : usd(costUsd);
}

function cameBack({ state, text, reason, servedModel, simulated }: Ping): string {
  if (state === "not-asked") return `not asked: ${text}`;
  if (state === "failed") return `${reason}: ${oneLine(text, LONGEST_REASON)}`;
  const said = text === "" ? "nothing" : `"${oneLine(text, LONGEST_ANSWER)}"`;
  const facts = [
    ...(reason === "stop" ? [] : [reason === "length" ? "cut short" : reason]),
    ...(servedModel === undefined ? [] : [`served by ${oneLine(servedModel, LONGEST_ANSWER)}`]),
    ...(simulated ? ["simulated"] : []),
  ];
  return facts.length === 0 ? said : `${said} (${facts.join(", ")})`;
}
