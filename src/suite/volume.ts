import { Cron } from "croner";
import { messageOf, UserError } from "../errors.ts";

/** A leap cycle would be exact; a year is within 0.3 % of it and quick to count. */
const DAYS = 365;
const START = new Date(Date.UTC(2025, 0, 1) - 1);

/**
 * Calls a day, on the mean over a year: a number as it stands, or the times at which a cron expression of five fields is due.
 * @throws UserError for an expression that is none, or is never due
 */
export function callsADay(volume: number | string | undefined, where: string): number | null {
  if (volume === undefined) return null;
  if (typeof volume === "number") return volume;
  const remedy = 'Give calls a day (volume: 1200), or five fields like "*/15 8-18 * * 1-5".';
  const fields = volume.trim().split(/\s+/);
  const [minute, hour, ...days] = fields;
  if (fields.length !== 5) {
    throw new UserError({ where, what: `"${volume}" is no cron expression of five fields.`, remedy });
  }
  try {
    // An expression is due at every pair of its minutes and hours, on each of its days.
    const calls =
      timesIn(`${minute} * * * *`, 3_600_000) *
      timesIn(`0 ${hour} * * *`, 86_400_000) *
      timesIn(`0 0 ${days.join(" ")}`, DAYS * 86_400_000);
    if (calls > 0) return calls / DAYS;
  } catch (error) {
    const what = `"${volume}" is no cron expression: ${messageOf(error).replace(/^CronPattern: /, "")}.`;
    throw new UserError({ where, what, remedy });
  }
  throw new UserError({ where, what: `"${volume}" is never due.`, remedy });
}

function timesIn(pattern: string, ms: number): number {
  const cron = new Cron(pattern, { timezone: "UTC", mode: "5-part" });
  const end = new Date(START.getTime() + 1 + ms);
  let count = 0;
  for (let at = cron.nextRun(START); at !== null && at < end; at = cron.nextRun(at)) count += 1;
  return count;
}
