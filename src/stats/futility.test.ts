import { describe, expect, it } from "vitest";
import { futileBinary, futileGraded } from "./futility.ts";

describe("futility", () => {
  it("stops binary pairs once the score falls below -1.645", () => {
    expect(futileBinary({ wins: 0, losses: 8, n: 20, margin: 0.05 })).toBe(true);
    expect(futileBinary({ wins: 1, losses: 2, n: 20, margin: 0.05 })).toBe(false);
  });

  it("stops graded differences once their upper bound is below -margin", () => {
    const differences = Array.from({ length: 20 }, (_, i) => (i % 2 ? -0.2 : -0.1));
    expect(futileGraded(differences, 0.05)).toBe(true);
    expect(futileGraded(differences, 0.14)).toBe(false);
    expect(futileGraded([-1, -1], 0.05)).toBe(true);
    expect(futileGraded([-1], 0.05)).toBe(false);
    expect(() => futileGraded([NaN, 0], 0.05)).toThrow(RangeError);
  });
});
