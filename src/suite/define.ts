import { type Suite, type SuiteInput, SuiteSchema } from "../domain/suite.ts";

/**
 * Declares a suite: the default export of a file in `evals/`.
 * @throws ZodError when a field is missing, unknown or out of range; the loader adds the file.
 */
export function defineSuite(suite: SuiteInput): Suite {
  return SuiteSchema.parse(suite);
}

export type { Answer, CustomRule } from "../domain/suite.ts";
