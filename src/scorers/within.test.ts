import { describe, expect, it } from "vitest";
import { TookTooLong, within } from "./within.ts";

describe("within", () => {
  it("gives the result, the very error, and work inside work", () => {
    const thrown = new Error("mine");
    expect(within(1_000, () => 5)).toBe(5);
    expect(() =>
      within(1_000, () => {
        throw thrown;
      }),
    ).toThrow(thrown);
    expect(within(1_000, () => within(1_000, () => 1) + within(1_000, () => 2))).toBe(3);
  });

  it("gives up what never ends, and goes on", () => {
    const forever = () => {
      for (;;);
    };
    expect(() => within(20, forever)).toThrow(TookTooLong);
    expect(within(1_000, () => "still here")).toBe("still here");
  });
});
