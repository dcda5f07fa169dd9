import { join } from "node:path";
import type { Manifest } from "../domain/run.ts";
import { type Cases, openCases } from "../suite/cases.ts";

/** The cases of a run in the order in which they are tested, from the dataset as it is now: check its hash first. */
export function casesOfRun(root: string, { suite, order }: Manifest): Cases {
  const cases = openCases(join(root, suite.dataset), suite.dataset, () => {});
  return cases.pick(order.flatMap((id) => cases.indexOf(id) ?? []));
}
