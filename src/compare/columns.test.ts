import fc from "fast-check";
import { expect, it } from "vitest";
import { keep, known } from "./columns.ts";

it("keeps what the built-in filter keeps", () => {
  fc.assert(
    fc.property(fc.float64Array(), (values) => {
      const isKept = (value: number, at: number) => value > 0 || at % 3 === 0;
      expect([...keep(values, isKept)]).toEqual([...values.filter(isKept)]);
      expect([...known(values)]).toEqual([...values.filter((value) => !Number.isNaN(value))]);
    }),
  );
});
