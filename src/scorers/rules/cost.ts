import { z } from "zod";
import { passFail, type Rule } from "../rule.ts";

const Options = z.strictObject({ maxUsd: z.number().nonnegative() });

/** The answer, with all attempts at it, cost at most so many dollars. Unscored where a price or token count is unknown. */
export const cost: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  prepare:
    ({ maxUsd }) =>
    ({ costUsd }) => {
      if (costUsd === undefined) return { state: "unscored", reason: "the cost is unknown" };
      const paid = `cost $${Number(costUsd.toPrecision(3))}`;
      return passFail(costUsd <= maxUsd, paid, `${paid}, wanted at most $${maxUsd}`);
    },
};
