import { needsPeople } from "../compare/calibration.ts";
import { judgeReport } from "../compare/judge-report.ts";
import { isOf } from "../compare/label-pairs.ts";
import { casesOf } from "../compare/pairs.ts";
import type { Decision } from "../domain/decision.ts";
import type { PeopleReport } from "../domain/judge-report.ts";
import type { Run } from "../domain/run.ts";
import type { Cases } from "../suite/cases.ts";
import { readFacts } from "./judge-facts.ts";
import { labelsOnCases } from "./label-facts.ts";
import { labelsFile, readLabels } from "./label-store.ts";

/** A judge report on each comparison of a decided run that people were asked about, and that waits for what they say. */
export function peopleReports(
  run: Run,
  decision: Decision,
  { root, cases, journal }: { readonly root: string; readonly cases: Cases; readonly journal: string },
): PeopleReport[] {
  const { people, manifest } = run;
  if (people === undefined || people.pairs.length === 0 || !needsPeople(run)) return [];
  const labels = labelsOnCases(readLabels(labelsFile(root, manifest.suite.id)), cases);
  const indexOf = (wanted: string) => manifest.candidates.findIndex(({ id }) => id === wanted);
  const found: PeopleReport[] = [];
  for (const { route, slice, incumbent, comparisons, policy } of decision.routes) {
    for (const { candidate } of comparisons) {
      const pair = { incumbentIndex: indexOf(incumbent), candidateIndex: indexOf(candidate) };
      if (!people.pairs.some((each) => isOf(each, pair))) continue;
      const question = { ...pair, caseIndices: casesOf(run, slice), margin: policy.margin };
      const facts = readFacts({ journal, cases: cases.facts, incumbent, candidate, labels });
      found.push({ route, incumbent, candidate, report: judgeReport(run, question, { facts, alpha: policy.alpha }) });
    }
  }
  return found;
}
