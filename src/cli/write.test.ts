import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonPieces } from "./write.ts";

it("writes JSON in pieces as JSON.stringify writes it at once", () => {
  const anything = fc.letrec((tie) => ({
    value: fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.double(), fc.array(tie("value")), tie("object")),
    object: fc.dictionary(fc.string(), tie("value")),
  })).object;
  fc.assert(
    fc.property(anything, (value) => {
      expect([...jsonPieces(value)].join("")).toBe(JSON.stringify(value, null, 2));
    }),
    { numRuns: 50 },
  );
});
