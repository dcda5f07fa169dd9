import { expect, it } from "vitest";
import { ROOT, signalbox } from "./project.ts";

it("every reference of the code suite passes its tests, and every wrong solution passes the examples and fails a test, twice", async () => {
  const { code, out } = await signalbox(ROOT, ["datasets", "code", "--json"]);
  const [findings] = JSON.parse(out) as { cases: number; faults: string[] }[];
  expect(findings?.faults).toEqual([]);
  expect(findings?.cases).toBeGreaterThanOrEqual(120);
  expect(code).toBe(0);
});
