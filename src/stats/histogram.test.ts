import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { histogram, histogramEdges } from "./histogram.ts";

describe("a histogram", () => {
  it("has round edges that reach past the 99th centile", () => {
    const values = Array.from({ length: 1_000 }, (_, index) => index);
    expect(histogramEdges(values, 10)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000]);
    expect(histogramEdges([...values, 1e9], 10).at(-1)).toBe(1_000);
  });

  it("puts what is slower than the last edge into the last bin", () => {
    expect(histogram([0, 5, 10, 19, 500], [0, 10, 20])).toEqual([2, 3]);
  });

  it("is empty without values", () => {
    expect(histogramEdges([], 10)).toEqual([]);
    expect(histogram([], [])).toEqual([]);
  });

  it("loses no value, whatever the order", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 1 }), (values) => {
        const edges = histogramEdges(Float64Array.from(values).sort(), 12);
        const counts = histogram(values, edges);
        expect(counts.reduce((sum, each) => sum + each, 0)).toBe(values.length);
        expect(histogram(values.toReversed(), edges)).toEqual(counts);
      }),
    );
  });
});
