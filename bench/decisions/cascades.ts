import { testCascades } from "../../src/compare/cascade.ts";
import { choicesOf } from "../../src/compare/cascade-choice.ts";
import { asRun } from "../../src/compare/cascade-run.ts";
import { cellsOf } from "../../src/compare/comparison.ts";
import { groupCases } from "../../src/compare/groups.ts";
import { makeRun, type RunSpec } from "../../src/compare/run.fixtures.ts";
import { settle } from "../../src/compare/settle.ts";
import { tabulate } from "../../src/compare/table.ts";
import type { PlannedRoute, Run } from "../../src/domain/run.ts";
import { ALPHA, type Row, simulate } from "./simulate.ts";

type Stream = () => number;

const CASES = 400;
const SCORERS = [
  { name: "right", rule: "label", weight: 1, required: false, certainty: "exact" as const },
  { name: "confidence", rule: "confidence", weight: 0, required: false, certainty: "exact" as const, atServing: true },
];
/** How often today's model is right, and how much less often each cheap one. */
const TODAY = 0.9;
const WORSE = 0.1;

/**
 * Today's model, and cheap ones that are right ten points less often and say of every other answer that they are sure.
 * Where that says nothing, a cascade that ends at today's model loses five points, exactly the margin, and any other one
 * more. Where it says what it should, nine errors in ten are among the answers that go on.
 */
function drawn(stream: Stream, models: number, isTelling: boolean): Run {
  const answers = (right: number, costUsd: number) =>
    Array.from({ length: CASES }, () => {
      const quality = Number(stream() < right);
      const doubt = isTelling && quality === 0 ? 0.9 : isTelling ? 0.4 : 0.5;
      return { quality, values: [quality, stream() < doubt ? 0.5 : 1], costUsd, visibleTokens: 50 };
    });
  const cheap = Array.from({ length: models }, (_, at) => [`cheap-${at}`, answers(TODAY - WORSE, 0.001 * (at + 1))]);
  const spec: RunSpec = {
    answers: { today: answers(TODAY, 0.02), ...Object.fromEntries(cheap) },
    manifest: { scorers: SCORERS },
  };
  return makeRun(spec);
}

/** Whether any cascade is approved: rules, and what is worth a test, chosen on one half of the cases, tested on the other. */
function approves(run: Run): boolean {
  const tested = testCascades(run).flatMap((route) => route.tested);
  return tested.some(
    ({ cell, standing }) =>
      settle({ quality: { p: cell.quality.p, futile: false }, others: cell.others, p: cell.p }, standing.level)
        .outcome === "passes",
  );
}

/** What is not done: the best on all cases, tested on the same. */
function approvesOnTheSame(run: Run): boolean {
  const [route] = run.manifest.routes as [PlannedRoute];
  const units = groupCases(run.cases, [...run.cases.keys()]);
  const choices = choicesOf(run, route, { choose: units, test: units }).filter(
    ({ passedOver }) => passedOver === undefined,
  );
  const whole = asRun(run, route, { cases: units.members, choices });
  return cellsOf(route, { run: whole, table: tabulate(whole), ledger: undefined }).some(({ p }) => p <= ALPHA);
}

/** Two-step cascades of 400 cases, in halves of 200. */
export function cascades(): Row[] {
  return [
    simulate(
      "4 cheap models that never know when they err, every cascade 5 points worse or more: any approved",
      (stream) => ({
        approved: approves(drawn(stream, 4, false)),
      }),
    ),
    simulate(
      "not what we do: the same, chosen and tested on the same 400 cases",
      (stream) => ({ approved: approvesOnTheSame(drawn(stream, 4, false)) }),
      { most: null },
    ),
    simulate(
      "the same models, with nine errors in ten among the answers they are unsure of: any approved",
      (stream) => ({ approved: approves(drawn(stream, 4, true)) }),
      { least: 0.7 },
    ),
  ];
}
