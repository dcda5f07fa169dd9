import type { CriterionAgreement, JudgeReport, ReadFacts } from "../compare/judge-report.ts";
import { judgeReport } from "../compare/judge-report.ts";
import type { Estimate } from "../domain/decision.ts";
import type { RubricLabel } from "../domain/label.ts";
import { ExitCode } from "../errors.ts";
import { count, plural, points, range, signedPoints, UNKNOWN } from "../report/numbers.ts";
import { trustSentence } from "../report/people-text.ts";
import { seenHash } from "./label-hash.ts";
import { type Answers, type LabelRun, type LabelRunOptions, openLabelRun } from "./label-run.ts";
import type { World } from "./world.ts";

/** `judge-report`: how far people agree with the scores of a saved run, and with each other. Returns the exit code. */
export async function runJudgeReport(
  world: World,
  name: string,
  options: LabelRunOptions & { readonly json?: boolean },
): Promise<number> {
  const opened = await openLabelRun(world, name, options);
  const { alpha } = opened.route.policy;
  const report = judgeReport(opened.numbers, opened.question, { facts: readFacts(opened), alpha });
  const { run, incumbent, candidate, route } = opened;
  if (options.json === true) {
    const about = { run: run.manifest.runId, route: route.route, incumbent, candidate };
    world.stdout(`${JSON.stringify({ ...about, ...report }, null, 2)}\n`);
  } else world.stdout(reportText(opened, report));
  return ExitCode.done;
}

function readFacts({ cases, answers, labels }: LabelRun): ReadFacts {
  const lengthOf = (by: Answers, id: string) => {
    const outcome = by.get(id)?.trial.outcome;
    return outcome?.state === "completed" ? outcome.completion.text.length : null;
  };
  const flips = { flipped: 0, of: 0 };
  for (const { scores } of [...answers.incumbent.values(), ...answers.candidate.values()]) {
    for (const score of Object.values(scores?.scores ?? {})) {
      const own = score.state === "scored" ? score.judge?.flips : undefined;
      flips.flipped += own?.flipped ?? 0;
      flips.of += own?.of ?? 0;
    }
  }
  return {
    longer: [...cases.facts].map(({ id }) => {
      const [ours, theirs] = [lengthOf(answers.candidate, id), lengthOf(answers.incumbent, id)];
      return ours === null || theirs === null ? null : ours - theirs;
    }),
    flips,
    criteria: criteriaFacts(
      answers,
      labels.filter((label) => label.kind === "rubric"),
    ),
  };
}

// A label counts only where the judge read the same words by the same rubric.
function criteriaFacts(answers: LabelRun["answers"], labels: readonly RubricLabel[]) {
  const facts = new Map<string, { judge: boolean; people: boolean }[]>();
  for (const label of labels) {
    for (const by of [answers.incumbent, answers.candidate]) {
      const answer = by.get(label.case);
      const outcome = answer?.trial.outcome;
      if (outcome?.state !== "completed" || seenHash(outcome.completion.text) !== label.answer) continue;
      for (const score of Object.values(answer?.scores?.scores ?? {})) {
        if (score.state !== "scored" || score.judge?.rubric !== label.rubric) continue;
        for (const { id, met } of score.judge.criteria) {
          const people = label.met?.[id];
          if (people !== undefined) facts.set(id, [...(facts.get(id) ?? []), { judge: met, people }]);
        }
      }
    }
  }
  return facts;
}

/** A table of fewer pairs says nothing. */
const LEAST_PAIRS = 10;
const decimals = (value: number) => value.toFixed(2);
const inPoints = (value: number) => signedPoints(value);

function reportText({ run, route, incumbent, candidate }: LabelRun, report: JudgeReport): string {
  const { trust, people, length } = report;
  const { manifest } = run;
  const judged = manifest.scorers.filter(({ certainty }) => certainty !== "exact").map(({ name }) => name);
  const who =
    judged.length === 0
      ? "Every score is an exact rule's: no verdict waits for people."
      : `Scored by ${judged.join(", ")}${manifest.judge === null ? "" : ` (judge ${manifest.judge.model})`}.`;
  const rows: [string, string][] = [
    ["scores and people, AC1", estimateText(trust.ac1, decimals)],
    ["scores and people, kappa", estimateText(trust.kappa, decimals)],
    ["scores and people, Krippendorff", estimateText(report.alpha, decimals)],
    [
      "correlation",
      trust.correlation === null ? UNKNOWN : `${decimals(trust.correlation)}, ${plural(trust.labels, "pair")}`,
    ],
    ["scores favour the candidate by", estimateText(report.bias, inPoints, " points")],
    ["people among themselves, AC1", estimateText(people.ac1, decimals)],
    ["people among themselves, Krippendorff", estimateText(people.alpha, decimals)],
    ...(people.kappa === null
      ? []
      : [["the two labellers, kappa", estimateText(people.kappa, decimals)] as [string, string]]),
    [
      "verdicts that keep when the order changes",
      report.swap === null ? "no judge compared in both orders" : estimateText(report.swap, points, " %"),
    ],
    [
      "repeated readings that differ",
      report.flips === null ? "nothing was read twice" : estimateText(report.flips, points, " %"),
    ],
    ["more for a much longer answer", estimateText(length?.slope ?? null, inPoints, " points")],
    ["difference at equal length", estimateText(length?.atEqualLength ?? null, inPoints, " points")],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `${route.route}, run ${manifest.runId}: ${candidate} against ${incumbent}`,
    who,
    `${plural(people.pairs, "pair")} voted on by ${plural(people.labellers, "person").replace("persons", "people")}, ${count(trust.labels)} of them drawn at random; ${count(people.shared)} by more than one person.`,
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

function estimateText(estimate: Estimate | null, format: (value: number) => string, unit = ""): string {
  if (estimate === null) return UNKNOWN;
  const interval =
    estimate.interval === null
      ? "no interval"
      : `${Math.round(estimate.interval.level * 100)} % ${range(estimate, format)}`;
  return `${format(estimate.value)}${unit} (${interval}, n = ${count(estimate.n)})`;
}

function confusionText(confusion: JudgeReport["confusion"]): string[] {
  const shown = confusion.filter(({ agree }, at) => at === 0 || agree.n >= LEAST_PAIRS);
  if (shown.length === 0) return [];
  const left = confusion.length - shown.length;
  const width = Math.max("scores say".length, ...shown.map(({ of }) => of.length));
  const cells = (row: readonly number[]) => row.map((value) => String(value).padStart(5)).join("");
  const header = `${"pairs".padEnd(width)}  scores say  people: loss  tie  win   same`;
  const lines = shown.flatMap(({ of, counts, agree }) =>
    ["loss", "tie", "win"].map((name, at) => {
      const same = at === 0 ? `   ${points(agree.value)} % (${range(agree, points)}, n = ${agree.n})` : "";
      return `${(at === 0 ? of : "").padEnd(width)}  ${name.padEnd(10)}  ${cells(counts[at] ?? []).padStart(18)}${same}`;
    }),
  );
  const few = `${plural(left, "value")} of tags with fewer than ${LEAST_PAIRS} pairs left out; --json has them.`;
  return [header, ...lines, ...(left === 0 ? [] : [few]), ""];
}

function criteriaText(criteria: readonly CriterionAgreement[]): string[] {
  if (criteria.length === 0) return [];
  const lines = criteria.map(
    ({ id, ac1, onlyJudge, onlyPeople }) =>
      `${id}: AC1 ${estimateText(ac1, decimals)}; met for the judge alone ${onlyJudge}, for people alone ${onlyPeople}`,
  );
  return ["By criterion:", ...lines, ""];
}
