import { z } from "zod";
import { FinishReasonSchema } from "../../domain/trial.ts";
import { passFail, quote, type Rule } from "../rule.ts";

const Reason = FinishReasonSchema.shape.unified.exclude(["refusal"]);
const Options = z.strictObject({
  /** Reasons that are right. An answer that ended with a refusal never reaches a scorer. */
  accept: z.array(Reason).min(1).default(["stop", "tool-calls"]),
});

/** The answer ended for one of the accepted reasons, and was not cut. */
export const finishReason: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  prepare:
    ({ accept }) =>
    ({ completion: { finishReason } }) => {
      const { unified, raw } = finishReason;
      const ended = `ended with "${unified}"${raw === unified ? "" : ` (${quote(raw)})`}`;
      return passFail(
        accept.some((reason) => reason === unified),
        ended,
        `${ended}, wanted ${accept.join(" or ")}`,
      );
    },
};
