import { z } from "zod";
import { type Rule, scored } from "../rule.ts";

const Options = z.strictObject({});

/** The score that came with a recorded answer (`--replay`). As good as whoever scored it. */
export const recorded: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  prepare:
    () =>
    ({ completion }) => {
      if (completion.recordedScore === undefined) return { state: "unscored", reason: "no recorded score" };
      return scored(completion.recordedScore, "as recorded");
    },
};
