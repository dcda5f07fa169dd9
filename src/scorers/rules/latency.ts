import { z } from "zod";
import { passFail, type Rule } from "../rule.ts";

const Options = z.strictObject({ maxMs: z.number().positive() });

/** The answer came within so many milliseconds. Unscored where nobody measured. */
export const latency: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  prepare:
    ({ maxMs }) =>
    ({ completion: { latencyMs } }) => {
      if (latencyMs === undefined) return { state: "unscored", reason: "the latency was not measured" };
      const took = `took ${Math.round(latencyMs)} ms`;
      return passFail(latencyMs <= maxMs, took, `${took}, wanted at most ${maxMs} ms`);
    },
};
