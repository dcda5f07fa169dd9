import type { Estimate, Trust } from "../domain/decision.ts";
import type { Confusion, CriterionAgreement, JudgeReport } from "../domain/judge-report.ts";
import { count, plural, points, range, signedPoints, UNKNOWN } from "./numbers.ts";

/** A table of fewer pairs says nothing. */
const LEAST_PAIRS = 10;
const decimals = (value: number) => value.toFixed(2);

/** Whether scores may carry a verdict by what people said of them, and why. */
export function trustSentence({ problems, labels, labelsNeeded, ac1 }: Trust, who = "These scores"): string {
  if (problems.length > 0) return `${who} may not carry a verdict here, because ${problems.join("; ")}.`;
  const agreement = ac1 === null ? "" : ` with an AC1 of ${ac1.value.toFixed(2)}`;
  return `${who} may carry a verdict here, because ${plural(labels, "label")} (${labelsNeeded} are needed) agree with them${agreement}, and no side is favoured by more than half the margin.`;
}

/** How many pairs people voted on. */
export function votedText({ trust, people }: JudgeReport): string {
  const who = plural(people.labellers, "person").replace("persons", "people");
  return `${plural(people.pairs, "pair")} voted on by ${who}, ${count(trust.labels)} of them drawn at random; ${count(people.shared)} by more than one person.`;
}

/** Each figure of a judge report with its interval and count. */
export function peopleRows({ trust, people, ...report }: JudgeReport): [name: string, text: string][] {
  return [
    ["scores and people, AC1", estimateText(trust.ac1, decimals)],
    ["scores and people, kappa", estimateText(trust.kappa, decimals)],
    ["scores and people, Krippendorff", estimateText(report.alpha, decimals)],
    [
      "correlation",
      trust.correlation === null ? UNKNOWN : `${decimals(trust.correlation)}, ${plural(trust.labels, "pair")}`,
    ],
    ["scores favour the candidate by", estimateText(report.bias, signedPoints, " points")],
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
    ["more for a much longer answer", estimateText(report.length?.slope ?? null, signedPoints, " points")],
    ["difference at equal length", estimateText(report.length?.atEqualLength ?? null, signedPoints, " points")],
  ];
}

/** Where scores and people part: the tables that have enough pairs to say something, and how many have not. */
export function shownConfusion(confusion: readonly Confusion[]): { shown: readonly Confusion[]; left: string } {
  const shown = confusion.filter(({ agree }, at) => at === 0 || agree.n >= LEAST_PAIRS);
  const few = confusion.length - shown.length;
  const left =
    few === 0 ? "" : `${plural(few, "value")} of tags with fewer than ${LEAST_PAIRS} pairs left out; --json has them.`;
  return { shown, left };
}

/** The share of pairs on which both say the same. */
export function sameText({ agree }: Confusion): string {
  return `${points(agree.value)} % (${range(agree, points)}, n = ${agree.n})`;
}

/** One criterion of a rubric. */
export function criterionText({ ac1, onlyJudge, onlyPeople }: CriterionAgreement): string {
  return `AC1 ${estimateText(ac1, decimals)}; met for the judge alone ${onlyJudge}, for people alone ${onlyPeople}`;
}

function estimateText(estimate: Estimate | null, format: (value: number) => string, unit = ""): string {
  if (estimate === null) return UNKNOWN;
  const interval =
    estimate.interval === null
      ? "no interval"
      : `${Math.round(estimate.interval.level * 100)} % ${range(estimate, format)}`;
  return `${format(estimate.value)}${unit} (${interval}, n = ${count(estimate.n)})`;
}
