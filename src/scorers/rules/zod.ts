import { z } from "zod";
import { JsonPlace, readJson } from "../json-answer.ts";
import { firstFault, passFail, type Rule } from "../rule.ts";
import { within } from "../within.ts";

const Options = z.strictObject({
  schema: z.custom<z.ZodType>((value) => value instanceof z.ZodType, "not a zod schema"),
  place: JsonPlace,
});

const DEADLINE_MS = 1_000;

/** The answer is JSON and fits a zod schema. A schema that takes more than a second leaves it unscored. */
export const zod: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  prepare:
    ({ schema, place }) =>
    ({ completion }) => {
      const reading = readJson(completion.text, place);
      if ("fault" in reading) return passFail(false, "", reading.fault);
      // Its expressions and refinements are the user's own: nobody knows how long they take.
      const parsed = within(DEADLINE_MS, () => schema.safeParse(reading.value));
      return parsed.success
        ? passFail(true, "fits the shape", "")
        : passFail(false, "", `does not fit the shape: ${firstFault(parsed.error)}`);
    },
};
