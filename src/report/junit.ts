import type { Comparison } from "../domain/decision.ts";
import type { ReportInput } from "../domain/detail.ts";
import type { Policy } from "../domain/policy.ts";
import { type JunitCase, junitFile } from "./junit-file.ts";
import { plural } from "./numbers.ts";
import { overviewOf } from "./overview.ts";
import { conditionText, differences } from "./sentences.ts";

/**
 * `junit.xml`: a suite for each route, a test for each candidate on it. A candidate that passes is a passed test; one that
 * is shown to fall short is a failure; one that is not settled is skipped, with what is open.
 */
export function renderJunit(input: ReportInput): string {
  const { decision, run } = input;
  const overview = overviewOf(input);
  return junitFile(
    decision.routes.map((route, index) => {
      const words = overview.routes[index];
      return {
        name: `${run.manifest.suite.id}: ${route.route}`,
        properties: {
          verdict: route.verdict,
          grade: `${route.grade}: ${route.gradeReason}`,
          sentence: words?.sentence ?? "",
          saving: words?.saving ?? "",
          ...(decision.simulated ? { simulated: "true" } : {}),
        },
        cases: route.comparisons.map((comparison) => ({
          classname: `${run.manifest.suite.id}.${route.route}`,
          name: `${comparison.candidate} instead of ${route.incumbent}`,
          ...outcomeOf(comparison, route.policy),
        })),
      };
    }),
  );
}

function outcomeOf(comparison: Comparison, policy: Policy): Pick<JunitCase, "failure" | "skipped" | "out"> {
  const said = [
    `${differences(comparison, policy)}; ${plural(comparison.n, "pair")}`,
    ...comparison.conditions.map((condition) => conditionText(condition, comparison, policy)),
  ].join("\n");
  if (comparison.outcome === "fails") return { failure: { message: said, type: reasonOf(comparison) } };
  return { skipped: comparison.outcome === "open", out: said };
}

function reasonOf({ conditions }: Comparison): string {
  return conditions.flatMap(({ name, state }) => (state === "fails" ? [name] : [])).join(", ");
}
