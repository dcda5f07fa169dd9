import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { expect, it } from "vitest";
import { csvLine } from "./csv-line.ts";

const field = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc
    .tuple(
      fc.constantFrom(
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        '"',
        ",",
        "'",
        " ",
        "\uff1d",
        "\uff0b",
        "\uff0d",
        "\uff20",
        "",
      ),
      fc.string(),
    )
    .map((parts) => parts.join("")),
);

it("writes what csv-stringify writes", () => {
  fc.assert(
    fc.property(fc.array(field, { minLength: 1, maxLength: 6 }), (fields) => {
      expect(csvLine(fields)).toBe(stringify([fields], { escape_formulas: true }));
    }),
    { numRuns: 2_000 },
  );
});
