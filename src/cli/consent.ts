import { UserError } from "../errors.ts";
import { usd } from "../report/numbers.ts";
import type { EvalOptions } from "./commands/eval.ts";
import type { PlanEstimate } from "./plan-text.ts";
import type { Prepared } from "./prepare.ts";
import type { World } from "./world.ts";

/** Above this estimate a person is asked, or `--yes` is needed. */
const CONFIRM_USD = 1;

/** @throws UserError where `--max-spend` could not be held: a worst case that nobody knows bounds nothing */
export function checkMaxSpend({ manifest }: Prepared, { unpriced }: PlanEstimate, { maxSpend }: EvalOptions): void {
  if (maxSpend === undefined) return;
  if (unpriced.length > 0) {
    const what = `It cannot be held: ${unpriced.join(", ")} has no known price.`;
    throw new UserError({
      where: "--max-spend",
      what,
      remedy: "Add their prices to models.yaml, or leave out --max-spend.",
    });
  }
  const unbounded = manifest.candidates.find(({ params }) => params.maxTokens === undefined);
  if (manifest.source !== "live" || unbounded === undefined) return;
  const what = `It cannot be held: ${unbounded.id} is sent no limit of tokens.`;
  throw new UserError({
    where: "--max-spend",
    what,
    remedy: "Give it params.maxTokens in the catalogue, or leave out --max-spend.",
  });
}

/** Whether the run may cost what it is estimated to. @throws UserError where nobody can be asked */
export async function agreed(
  world: World,
  options: EvalOptions,
  { knownUsd: estimate, unpriced }: PlanEstimate,
): Promise<boolean> {
  if (options.yes === true || (estimate <= CONFIRM_USD && unpriced.length === 0)) return true;
  const amount =
    unpriced.length > 0 ? `at least ${usd(estimate)} (no price for ${unpriced.join(", ")})` : `about ${usd(estimate)}`;
  if (world.ask === undefined) {
    throw new UserError({
      what: `The run would cost ${amount}.`,
      remedy: "Agree with --yes; bound it with --max-spend.",
    });
  }
  const answer = await world.ask(`This will cost ${amount}. Go on? [y/N] `);
  return /^y(es)?$/i.test(answer.trim());
}
