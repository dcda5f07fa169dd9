import { z } from "zod";
import { JsonPlace, readJson } from "../json-answer.ts";
import { passFail, type Rule } from "../rule.ts";

const Options = z.strictObject({
  place: JsonPlace,
  /** What kind of value it must be. */
  type: z.enum(["any", "object", "array"]).default("any"),
});

/** The answer is JSON. */
export const json: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  prepare:
    ({ place, type }) =>
    ({ completion }) => {
      const reading = readJson(completion.text, place);
      if ("fault" in reading) return passFail(false, "", reading.fault);
      const is = typeOf(reading.value);
      return passFail(type === "any" || is === type, `is JSON (${is})`, `is JSON (${is}), wanted ${type}`);
    },
};

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
