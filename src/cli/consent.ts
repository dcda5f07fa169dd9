import { UserError } from "../errors.ts";
import { usd } from "../report/numbers.ts";
import type { PlanEstimate } from "./plan-text.ts";
import type { Prepared } from "./prepare.ts";
import type { World } from "./world.ts";

/** Above this estimate a person is asked, or `--yes` is needed. */
const CONFIRM_USD = 1;

/** @throws UserError where `--max-spend` could not be held: a worst case that nobody knows bounds nothing */
export function checkMaxSpend(
  { manifest }: Prepared,
  { unpriced }: PlanEstimate,
  { maxSpend }: { readonly maxSpend?: number | undefined },
): void {
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

type Amount = Pick<PlanEstimate, "knownUsd" | "unpriced">;

/** An estimate in words. */
export function amountOf({ knownUsd, unpriced }: Amount): string {
  if (unpriced.length === 0) return `about ${usd(knownUsd)}`;
  return `at least ${usd(knownUsd)} (no price for ${unpriced.join(", ")})`;
}

/** Whether the run may cost what it is estimated to. @throws UserError where nobody can be asked */
export async function agreed(
  world: World,
  options: { readonly yes?: boolean | undefined },
  estimate: Amount,
): Promise<boolean> {
  if (options.yes === true || (estimate.knownUsd <= CONFIRM_USD && estimate.unpriced.length === 0)) return true;
  const amount = amountOf(estimate);
  if (world.ask === undefined) {
    throw new UserError({
      what: `The run would cost ${amount}.`,
      remedy: "Agree with --yes; bound it with --max-spend.",
    });
  }
  const answer = await world.ask(`This will cost ${amount}. Go on? [y/N] `);
  return /^y(es)?$/i.test(answer.trim());
}
