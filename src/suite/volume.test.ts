import { expect, it } from "vitest";
import { complaintOf } from "./folder.fixtures.ts";
import { callsADay } from "./volume.ts";

it.each([
  [undefined, null],
  [1200, 1200],
  ["0 3 * * *", 1],
  ["*/15 * * * *", 96],
  ["0,30 8-18 * * *", 22],
  ["0 9 * * 1-5", 261 / 365],
  ["0 0 1 * *", 12 / 365],
])("%s is %s calls a day", (volume, calls) => expect(callsADay(volume, "routing.yaml:3")).toBe(calls));

it.each([
  ["every hour", '"every hour" is no cron expression of five fields. Give calls a day'],
  ["61 * * * *", '"61 * * * *" is no cron expression: Invalid value for minute: 61.'],
  ["0 0 30 2 *", '"0 0 30 2 *" is never due.'],
])("refuses %s", async (volume, complaint) => {
  expect(await complaintOf(() => callsADay(volume, "routing.yaml:3"))).toContain(`routing.yaml:3: ${complaint}`);
});
