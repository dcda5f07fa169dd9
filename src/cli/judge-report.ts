import { join } from "node:path";
import { judgeReport } from "../compare/judge-report.ts";
import type { Confusion, CriterionAgreement, JudgeReport } from "../domain/judge-report.ts";
import { ExitCode } from "../errors.ts";
import {
  criterionText,
  peopleRows,
  sameText,
  shownConfusion,
  trustSentence,
  votedText,
} from "../report/people-text.ts";
import { readFacts } from "./judge-facts.ts";
import { type LabelRun, type LabelRunOptions, openLabelRun } from "./label-run.ts";
import { OUTPUTS } from "./outputs.ts";
import type { World } from "./world.ts";

/** `judge-report`: how far people agree with the scores of a saved run, and with each other. Returns the exit code. */
export async function runJudgeReport(
  world: World,
  name: string,
  options: LabelRunOptions & { readonly json?: boolean },
): Promise<number> {
  const opened = await openLabelRun(world, name, options);
  const { alpha } = opened.route.policy;
  const journal = join(opened.directory, OUTPUTS.journal);
  const facts = readFacts({ ...opened, cases: opened.cases.facts, journal });
  const report = judgeReport(opened.numbers, opened.question, { facts, alpha });
  const { run, incumbent, candidate, route } = opened;
  if (options.json === true) {
    const about = { run: run.manifest.runId, route: route.route, incumbent, candidate };
    world.stdout(`${JSON.stringify({ ...about, ...report }, null, 2)}\n`);
  } else world.stdout(reportText(opened, report));
  return ExitCode.done;
}

function reportText({ run, route, incumbent, candidate }: LabelRun, report: JudgeReport): string {
  const { trust } = report;
  const { manifest } = run;
  const judged = manifest.scorers.filter(({ certainty }) => certainty !== "exact").map(({ name }) => name);
  const who =
    judged.length === 0
      ? "Every score is an exact rule's: no verdict waits for people."
      : `Scored by ${judged.join(", ")}${manifest.judge === null ? "" : ` (judge ${manifest.judge.model})`}.`;
  const rows = peopleRows(report);
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `${route.route}, run ${manifest.runId}: ${candidate} against ${incumbent}`,
    who,
    votedText(report),
    "",
    ...rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`),
    "",
    ...confusionText(report.confusion),
    ...criteriaText(report.criteria),
    ...simulatedText(manifest.source === "simulated"),
    trustSentence(trust, manifest.judge === null ? "These scores" : "This judge"),
    "",
  ].join("\n");
}

function simulatedText(simulated: boolean): string[] {
  return simulated
    ? ["SIMULATED: these models do not exist, and their verdicts stay simulated whatever people say."]
    : [];
}

function confusionText(confusion: readonly Confusion[]): string[] {
  const { shown, left } = shownConfusion(confusion);
  if (shown.length === 0) return [];
  const width = Math.max("scores say".length, ...shown.map(({ of }) => of.length));
  const cells = (row: readonly number[]) => row.map((value) => String(value).padStart(5)).join("");
  const header = `${"pairs".padEnd(width)}  scores say  people: loss  tie  win   same`;
  const lines = shown.flatMap((table) =>
    ["loss", "tie", "win"].map((name, at) => {
      const same = at === 0 ? `   ${sameText(table)}` : "";
      return `${(at === 0 ? table.of : "").padEnd(width)}  ${name.padEnd(10)}  ${cells(table.counts[at] ?? []).padStart(18)}${same}`;
    }),
  );
  return [header, ...lines, ...(left === "" ? [] : [left]), ""];
}

function criteriaText(criteria: readonly CriterionAgreement[]): string[] {
  if (criteria.length === 0) return [];
  return ["By criterion:", ...criteria.map((criterion) => `${criterion.id}: ${criterionText(criterion)}`), ""];
}
