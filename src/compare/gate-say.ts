import type { GateFinding, GateOutcome } from "../domain/gate.ts";
import type { Route } from "../domain/routing.ts";
import type { Member } from "./family.ts";
import type { GateChange, Present, Refusal } from "./refusal.ts";

/** What a finding says before its place in a file is known. */
export type Judgement = Omit<GateFinding, "file" | "line">;

/** Says one sentence about a change. */
export type Say = (
  about: GateFinding["about"],
  outcome: GateOutcome,
  reason: string,
  more?: Partial<Pick<Judgement, "command" | "notes" | "quality" | "costRatio" | "to">>,
) => Judgement;

/** Sentences about one change, with what they have in common. */
export function sayer({ route, before, after, evidence }: GateChange): Say {
  return (about, outcome, reason, more) => ({
    route,
    about,
    outcome,
    reason,
    notes: [],
    command: null,
    from: before?.model ?? null,
    to: after?.model ?? null,
    run: evidence.state === "present" ? evidence.run : null,
    quality: null,
    costRatio: null,
    override: null,
    ...more,
  });
}

/** A route before and after. */
export interface Versions {
  readonly before: Route;
  readonly after: Route;
  readonly now: number;
}

/** The command that would settle it, where one would. */
export function commandFor({ commands }: GateChange, settle: Refusal["settle"]): Pick<Judgement, "command"> {
  return { command: settle === false ? null : settle === "fresh" ? commands.fresh : commands.again };
}

export const NOT_RECORDED = (run: string) =>
  `The ledger of looks (reports/evidence/ledger.jsonl) does not hold that of run ${run}: commit it together with the evidence.`;

/** Why a verdict is advisory; undefined where every score is exact, or people's labels carry each comparison. */
export function whyAdvisory({ grade, gradeReason }: Present, member: Member): string | undefined {
  if (grade !== "advisory") return undefined;
  const calibrations = member.comparisons().map(({ calibration }) => calibration);
  const open = calibrations.filter((calibration) => calibration === undefined || calibration.problems.length > 0);
  if (calibrations.length > 0 && open.length === 0) return undefined;
  const told = open.find((calibration) => calibration !== undefined);
  return told === undefined ? gradeReason : `people's labels do not carry it yet: ${told.problems.join("; ")}`;
}

/** As a note. */
export function accepted(advisory: string | undefined): string[] {
  return advisory === undefined ? [] : [`The verdict is advisory, which the policy accepts: ${advisory}.`];
}

/** What a run compares for a route. */
export function memberOf(
  { members }: Present,
  route: string,
  candidate: string,
  incumbent: string,
): Member | undefined {
  const member = members.find((each) => each.route === route && each.candidate === candidate);
  if (member === undefined || member.turned) return member;
  return member.incumbent === incumbent ? member : undefined;
}
