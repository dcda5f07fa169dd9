import builder from "junit-report-builder";
import type { Comparison } from "../domain/decision.ts";
import type { ReportInput } from "../domain/detail.ts";
import { visible } from "./html/visible.ts";
import { plural } from "./numbers.ts";
import { overviewOf } from "./overview.ts";
import { conditionText, differences } from "./sentences.ts";

/**
 * `junit.xml`: a suite for each route, a test for each candidate on it. A candidate that passes is a passed test; one that
 * is shown to fall short is a failure; one that is not settled is skipped, with what is open.
 */
export function renderJunit(input: ReportInput): string {
  const { decision, run } = input;
  // Where the package is loaded as CommonJS, what it exports stands one level deeper.
  const report = (builder.default ?? builder).newBuilder();
  const overview = overviewOf(input);
  for (const [index, route] of decision.routes.entries()) {
    const words = overview.routes[index];
    const suite = report.testSuite().name(visible(`${run.manifest.suite.id}: ${route.route}`));
    suite.property("verdict", route.verdict);
    suite.property("grade", visible(`${route.grade}: ${route.gradeReason}`));
    suite.property("sentence", visible(words?.sentence ?? ""));
    suite.property("saving", visible(words?.saving ?? ""));
    if (decision.simulated) suite.property("simulated", "true");
    for (const comparison of route.comparisons) {
      const test = suite
        .testCase()
        .className(visible(`${run.manifest.suite.id}.${route.route}`))
        .name(visible(`${comparison.candidate} instead of ${route.incumbent}`));
      const said = visible(
        [
          `${differences(comparison, route.policy)}; ${plural(comparison.n, "pair")}`,
          ...comparison.conditions.map((condition) => conditionText(condition, comparison, route.policy)),
        ].join("\n"),
      );
      if (comparison.outcome === "fails") test.failure(said, reasonOf(comparison));
      else {
        if (comparison.outcome === "open") test.skipped();
        test.standardOutput(said);
      }
    }
  }
  return `${report.build()}\n`;
}

function reasonOf({ conditions }: Comparison): string {
  return conditions.flatMap(({ name, state }) => (state === "fails" ? [name] : [])).join(", ");
}
