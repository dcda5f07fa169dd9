import { describe, expect, it } from "vitest";
import { servedAsAsked } from "./served.ts";

describe("servedAsAsked", () => {
  it.each([
    ["m-4", "m-4"],
    ["m-4", "m-4-2024-08-06"],
    ["m-4", "m-4-20251001"],
    ["m-4", "m-4-0613"],
    ["m-2.5-pro", "m-2.5-pro-001"],
    ["m-4", "m-4-latest"],
    ["m-4-latest", "m-4"],
    ["m-4-latest", "m-4-20251001"],
    ["m-4", "m-4@20251001"],
    ["vendor/m-4", "m-4"],
    ["m-4", "vendor/m-4-20251001"],
    ["m-2.5-pro", "models/m-2.5-pro"],
    ["Vendor/M-4", "vendor/m-4"],
    ["m:8b", "m:8b"],
    ["m", "m:latest"],
    ["vendor/m:nitro", "vendor/m"],
    ["vendor/m:free", "vendor/m:free"],
    ["m-4", ""],
  ])("takes %s served as %s", (asked, served) => {
    expect(servedAsAsked(asked, served)).toBe(true);
  });

  it.each([
    ["m-4", "m-5"],
    ["m-4", "m-4-mini"],
    ["m-4", "m-4.5"],
    ["m-4", "m-40"],
    ["m-4-mini", "m-4"],
    ["m-4-20251001", "m-4-20240601"],
    ["m-4-20251001", "m-4"],
    ["m-2.5-pro", "m-2.5-pro-preview"],
    ["m-2.5-pro", "m-2.5-flash-001"],
    ["m:8b", "m:70b"],
    ["m", "m:70b"],
  ])("does not take %s served as %s", (asked, served) => {
    expect(servedAsAsked(asked, served)).toBe(false);
  });
});
