import type { PlannedRoute, Run } from "../domain/run.ts";
import type { QualityStop } from "../domain/stops.ts";
import { sumOf } from "../stats/mean.ts";
import { calibratedQuality, calibrationOf, carries } from "./calibration.ts";
import { differencesOf, imputed, type PairedUnits } from "./pairs.ts";
import { isFutile, qualityTests } from "./quality.ts";
import type { TestPlan } from "./test-plan.ts";

interface Question {
  readonly run: Run;
  readonly route: PlannedRoute;
  readonly units: PairedUnits;
  readonly plan: TestPlan;
  readonly pair: Parameters<typeof calibrationOf>[2];
}

/** Any two-sided level: the net preference itself does not hang on it. */
const LEVEL = 0.9;

/** What a comparison says of quality under any margin, all else as it is. */
export function qualityAtMargins({ run, route, units, plan, pair }: Question): (margin: number) => QualityStop {
  const seen = qualityTests(units, plan);
  const anyMissing = units.missing.size > 0;
  const worst = anyMissing ? qualityTests(imputed(units, -1), plan) : seen;
  const best = anyMissing ? qualityTests(imputed(units, 1), plan) : seen;
  const difference = meanDifference(units);
  return (margin) => {
    const calibration = calibrationOf(run, { ...route, policy: { ...route.policy, margin } }, pair);
    if (carries(calibration)) {
      const { p } = calibratedQuality(calibration);
      const value = calibration.at(LEVEL)?.estimate.value ?? null;
      return { p, pessimisticP: p, futile: calibration.futile, value };
    }
    const p = seen.p(margin);
    const pessimisticP = anyMissing ? worst.p(margin) : p;
    return { p, pessimisticP, futile: seen.isFutile(margin) && best.isFutile(margin), value: difference };
  };
}

/** Whether going on is pointless even if all that is missing had gone the candidate's way. */
export function isHopeless(units: PairedUnits, plan: TestPlan): boolean {
  return isFutile(units, plan) && isFutile(imputed(units, 1), plan);
}

function meanDifference(units: PairedUnits): number | null {
  const pairs = differencesOf(units);
  return pairs.length === 0 ? null : sumOf(pairs) / pairs.length;
}
