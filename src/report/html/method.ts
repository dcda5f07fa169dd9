import type { Decision } from "../../domain/decision.ts";
import { percent } from "../numbers.ts";

const TESTS = {
  exact:
    "Quality is compared case by case with an exact unconditional test of non-inferiority (outcomes ordered by Tango's score), at looks that were declared before the run.",
  betting:
    "Quality is compared case by case with a betting e-process (Waudby-Smith and Ramdas 2024), which may be read after every case.",
} as const;

const REASONS = {
  exact:
    "It is used because every answer is right or wrong: the usual t-test and bootstrap approve too often when few pairs differ.",
  betting:
    "It is used because scores are graded, repeated or clustered: the usual t-test approves too often when total failures are rare, and this one is valid for any number of cases.",
} as const;

/** Which test, why that one, and what it guarantees. */
export function methodNotes({ routes, family }: Decision): string[] {
  const used = [...new Set(routes.flatMap(({ comparisons }) => comparisons.map(({ test }) => test)))].sort();
  const alpha = Math.min(...routes.map(({ policy }) => policy.alpha));
  if (used.length === 0) return ["Nothing was tested: no route has a candidate."];
  return [
    used.map((test) => TESTS[test]).join(" "),
    used.map((test) => REASONS[test]).join(" "),
    `Over all ${family} comparisons together, the chance that a switch is approved whose quality is in truth past its margin is at most ${percent(alpha)}; each interval that meets a margin inverts the very test that decides, and a missing answer counts against the candidate.`,
  ];
}
