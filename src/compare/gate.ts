import type { GateFinding, GateOutcome } from "../domain/gate.ts";
import type { Override, Route } from "../domain/routing.ts";
import type { Member } from "./family.ts";
import { judgeComparisons } from "./gate-comparison.ts";
import { fallbackChange } from "./gate-fallbacks.ts";
import {
  fromEnvironment,
  type GateChange,
  type LoosenedRule,
  type Present,
  paramsConflict,
  type Refusal,
  refusal,
  retiresSoon,
  sameSlice,
} from "./refusal.ts";

/** What a finding says before its place in a file is known. */
export type Judgement = Omit<GateFinding, "file" | "line">;

/** Judges one changed route by the evidence. Fails closed: what is not shown does not pass. @param now milliseconds since the epoch */
export function judgeChange(change: GateChange, now: number): Judgement[] {
  const { before, after } = change;
  const say = sayer(change);
  if (after === undefined) return [say("route", "pass", "The route is removed; nothing is served by another model.")];
  const misstated = change.misstated.map((reason) => say("override", "reject", reason));
  if (before === undefined) {
    const reason = `The route is new, so there is no incumbent to compare ${after.model} with: a person decides.`;
    return [...misstated, agreed(change, say("route", "inconclusive", reason))];
  }
  const judgements = [
    ...misstated,
    ...change.renamed.map(({ about, id, reason }) => say(about, "reject", reason, { to: id })),
    ...judgeRules(change, say, before, after),
    ...judgeParameters(change, say, before, after),
    ...(before.model === after.model ? [] : [judgeModel(change, say, { before, after, now })]),
    ...judgeFallbacks(change, say, { before, after, now }),
  ];
  const notes = goingFallbacks(change, { before, after, now });
  if (judgements.length > 0) {
    return judgements.map((judgement, index) => {
      const told = index === 0 ? { ...judgement, notes: [...judgement.notes, ...notes] } : judgement;
      return agreed(change, told);
    });
  }
  const { removed } = fallbackChange({ ...change, before, after });
  const same = (what: string) => `Model, ${what}parameters, suite and slice are the same, and no rule is looser.`;
  const gone = `${removed.join(", ")} is a fallback no longer; the others keep their order. ${same("")}`;
  return [say("route", "pass", removed.length > 0 ? gone : same("fallbacks, "), { notes })];
}

type Say = (
  about: GateFinding["about"],
  outcome: GateOutcome,
  reason: string,
  more?: Partial<Pick<Judgement, "command" | "notes" | "quality" | "costRatio" | "to">>,
) => Judgement;

function sayer({ route, before, after, evidence }: GateChange): Say {
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

/** An exception turns what it names into a pass that everybody sees; it says nothing about the rest. */
function agreed({ override, before, after }: GateChange, judgement: Judgement): Judgement {
  if (override === undefined || judgement.outcome === "pass") return judgement;
  const { about } = judgement;
  // Without "from" it is for a new route, or for another name of the model that serves already.
  const from = before?.model === after?.model ? undefined : before?.model;
  const switched = override.model === after?.model && override.from === from;
  const fallbacks = JSON.stringify(override.fallbacks) === JSON.stringify(after?.fallbacks);
  const rested =
    before?.model === after?.model &&
    override.suite === after?.suite &&
    sameSlice(override.slice ?? {}, after?.slice ?? {});
  const covered =
    about === "suite"
      ? rested
      : (about === "model" || about === "route") && override.model !== undefined
        ? switched
        : about === "fallback" && override.fallbacks !== undefined && fallbacks;
  if (!covered) return judgement;
  const { by, reason, until } = override;
  return {
    ...judgement,
    outcome: "pass",
    command: null,
    reason: `Let through by ${by} until ${until}: ${reason}. Without that: ${judgement.reason}`,
    override: { by, reason, until },
  };
}

function judgeRules(change: GateChange, say: Say, before: Route, after: Route): Judgement[] {
  const sameModel = before.model === after.model;
  const apart = "Land that on its own, so that it is seen and agreed to.";
  const found: Judgement[] = [];
  const open = change.loosened.filter((each) => !isSigned(each, change.override));
  const signed = change.loosened.filter((each) => !open.includes(each));
  const list = (loosened: GateChange["loosened"]) => loosened.map(({ text }) => text).join(", ");
  if (signed.length > 0 && change.override !== undefined) {
    const { by, reason, until } = change.override;
    const words = `The policy is loosened (${list(signed)}). Agreed to by ${by} until ${until}: ${reason}.`;
    found.push({ ...say("policy", "pass", words), override: { by, reason, until } });
  }
  if (open.length > 0) {
    const what = `The policy is loosened (${list(open)}).`;
    const values = (pick: (rule: LoosenedRule) => unknown) =>
      open.flatMap((rule) => (pick(rule) === undefined ? [] : [`${rule.name}: ${pick(rule)}`])).join(", ");
    const [now, was] = [values((rule) => rule.after), values((rule) => rule.before)];
    const sign = `Sign it off under overrides.${change.route} with policy: { ${now} } and was: { ${was} }.`.replaceAll(
      "{  }",
      "{}",
    );
    found.push(
      sameModel
        ? say("policy", "inconclusive", `${what} The model stays the same: a person decides. ${sign}`)
        : say("policy", "reject", `${what} ${apart}`),
    );
  }
  if (before.suite !== after.suite || !sameSlice(before.slice, after.slice)) {
    const what = "The suite or the slice that the route rests on has changed.";
    found.push(
      sameModel
        ? say(
            "suite",
            "inconclusive",
            `${what} The model stays the same: a person decides. ${signSuite(change.route, after)}`,
          )
        : say("suite", "reject", `${what} ${apart}`),
    );
  }
  return found;
}

/** An exception names what is looser, and what it was: without that, nobody could judge the change that takes it out. */
function isSigned({ name, before, after }: LoosenedRule, override: Override | undefined): boolean {
  return override?.policy?.[name] === after && override?.was?.[name] === before;
}

function signSuite(route: string, { suite, slice }: Route): string {
  const tags = Object.entries(slice).map(([tag, value]) => `${tag}: ${value}`);
  const also = tags.length === 0 ? "" : ` and slice: { ${tags.join(", ")} }`;
  return `Sign it off under overrides.${route} with suite: ${suite}${also}.`;
}

function judgeParameters(change: GateChange, say: Say, before: Route, after: Route): Judgement[] {
  const found: Judgement[] = [];
  const remedy =
    "Give the model with these settings an id of its own in the catalogue, compare the two, and route to it.";
  const changed = before.model === after.model ? change.changedModels.get(after.model) : undefined;
  if (changed !== undefined) {
    const reason = `${after.model} is no longer what was tested: ${changed} changed under the same id. ${remedy}`;
    found.push(say("parameters", "reject", reason));
  }
  const names = [...new Set([...Object.keys(before.params), ...Object.keys(after.params)])];
  const differing = names.filter((name) => JSON.stringify(before.params[name]) !== JSON.stringify(after.params[name]));
  const show = (value: unknown) => (value === undefined ? "unset" : JSON.stringify(value));
  const list = differing
    .map((name) => `${name} ${show(before.params[name])} -> ${show(after.params[name])}`)
    .join(", ");
  if (differing.length > 0 && before.model === after.model) {
    const reason = `The parameters of the route changed (${list}), and no evidence compares a model with itself. ${remedy}`;
    found.push(say("parameters", "reject", reason));
  }
  return found;
}

interface Versions {
  readonly before: Route;
  readonly after: Route;
  readonly now: number;
}

function judgeModel(change: GateChange, say: Say, { before, after, now }: Versions): Judgement {
  const { evidence, policy, models } = change;
  const reject = (reason: string, settle: Refusal["settle"] = true) =>
    say("model", "reject", reason, { notes: [...change.notes], ...commandFor(change, settle) });
  const retirement = retiresSoon(models.get(after.model)?.model, policy, now);
  if (retirement !== undefined) return reject(retirement, false);
  if (change.moved !== undefined) return reject(change.moved, false);
  if (evidence.state === "refused") return reject(evidence.reason, evidence.settle);
  const refused = refusal(change, evidence, [before.model, after.model], now);
  if (refused !== undefined) return reject(refused.reason, refused.settle);
  const member = memberOf(evidence, change.route, after.model, before.model);
  if (member === undefined) {
    return reject(`Run ${evidence.run} does not compare ${after.model} with ${before.model} for this route.`);
  }
  if (!sameSlice(evidence.slices.get(change.route) ?? {}, before.slice)) {
    return reject(`Run ${evidence.run} was made for another slice of the suite.`);
  }
  if (!member.recorded) return reject(NOT_RECORDED(evidence.run));
  const settings = paramsConflict(after, models.get(after.model));
  if (settings !== undefined) return reject(settings, false);
  const advisory = whyAdvisory(evidence, member);
  if (advisory !== undefined && !policy.acceptAdvisory) return reject(`The verdict is advisory: ${advisory}.`, false);
  const unknown = fromEnvironment(after);
  const notes = [
    ...change.notes,
    ...unknown,
    ...accepted(advisory),
    ...untestedFallbacks(change, evidence, before, after),
  ];
  const gone = member.turned
    ? `${before.model} ${change.gone}: what is asked is whether ${after.model} is good enough. `
    : "";
  const { outcome, reason, quality, costRatio, settle } = judgeComparisons(member, {
    candidate: after.model,
    run: evidence.run,
    costAsked: !member.turned,
  });
  return say("model", outcome, gone + reason, { notes, quality, costRatio, ...commandFor(change, settle) });
}

function commandFor({ commands }: GateChange, settle: Refusal["settle"]): Pick<Judgement, "command"> {
  return { command: settle === false ? null : settle === "fresh" ? commands.fresh : commands.again };
}

function judgeFallbacks(change: GateChange, say: Say, versions: Versions): Judgement[] {
  const { asked, kept, order } = fallbackChange({ ...change, ...versions });
  const judged = asked.map((id) => judgeFallback(change, say, { ...versions, id }));
  const staying = judged.filter(({ to }) => to !== null && kept.includes(to));
  if (order === undefined || staying.some(({ outcome }) => outcome !== "pass")) return judged;
  const reasons = staying.map(({ reason }) => reason).join(" ");
  const reason = `The order of the fallbacks changed (${order}), and each of them is tested. ${reasons}`;
  const notes = staying.flatMap((each) => each.notes);
  return [
    ...judged.filter((each) => !staying.includes(each)),
    say("fallback", "pass", reason, { to: kept.join(", "), notes }),
  ];
}

function judgeFallback(
  change: GateChange,
  say: Say,
  { before, after, now, id }: Versions & { readonly id: string },
): Judgement {
  const { evidence, policy, models } = change;
  const about = (outcome: GateOutcome, reason: string, more: Parameters<Say>[3] = {}) =>
    say("fallback", outcome, reason, { to: id, ...more });
  if (id === after.model) return about("reject", `${id} falls back on itself.`);
  if (id === before.model) return about("pass", `The fallback ${id} is the model that has served the route so far.`);
  const retirement = retiresSoon(models.get(id)?.model, policy, now);
  if (retirement !== undefined) return about("reject", `The fallback ${retirement}`);
  const untested = (reason: string, settle: Refusal["settle"] = true) =>
    about("reject", `The fallback ${id} is untested. ${reason}`, commandFor(change, settle));
  if (change.moved !== undefined) return about("reject", change.moved);
  if (evidence.state === "refused") return untested(evidence.reason, evidence.settle);
  const refused = refusal(change, evidence, [before.model, id], now);
  if (refused !== undefined) return untested(refused.reason, refused.settle);
  const changed = change.changedModels.get(id);
  if (changed !== undefined && evidence.source !== "live")
    return untested(
      `Since then ${changed} changed under the same id, and recorded answers do not say which they are of.`,
    );
  const member = memberOf(evidence, change.route, id, before.model);
  if (member === undefined)
    return untested(`Run ${evidence.run} does not compare it with ${before.model} for this route.`);
  if (!member.recorded) return untested(NOT_RECORDED(evidence.run));
  const advisory = whyAdvisory(evidence, member);
  if (advisory !== undefined && !policy.acceptAdvisory)
    return about("reject", `The verdict on the fallback ${id} is advisory: ${advisory}.`);
  const judged = judgeComparisons(member, { candidate: `The fallback ${id}`, run: evidence.run, costAsked: false });
  const { quality, costRatio, settle } = judged;
  const more = { quality, costRatio, notes: accepted(advisory), ...commandFor(change, settle) };
  return about(judged.outcome, judged.reason, more);
}

const NOT_RECORDED = (run: string) =>
  `The ledger of looks (reports/evidence/ledger.jsonl) does not hold that of run ${run}: commit it together with the evidence.`;

/** Why a verdict is advisory; undefined where every score is exact, or people's labels carry each comparison. */
function whyAdvisory({ grade, gradeReason }: Present, member: Member): string | undefined {
  if (grade !== "advisory") return undefined;
  const calibrations = member.comparisons().map(({ calibration }) => calibration);
  const open = calibrations.filter((calibration) => calibration === undefined || calibration.problems.length > 0);
  if (calibrations.length > 0 && open.length === 0) return undefined;
  const told = open.find((calibration) => calibration !== undefined);
  return told === undefined ? gradeReason : `people's labels do not carry it yet: ${told.problems.join("; ")}`;
}

function accepted(advisory: string | undefined): string[] {
  return advisory === undefined ? [] : [`The verdict is advisory, which the policy accepts: ${advisory}.`];
}

function memberOf({ members }: Present, route: string, candidate: string, incumbent: string): Member | undefined {
  const member = members.find((each) => each.route === route && each.candidate === candidate);
  if (member === undefined || member.turned) return member;
  return member.incumbent === incumbent ? member : undefined;
}

/** Fallbacks that stay and go soon, or are gone: nobody is worse off than before, but they will answer nobody. */
function goingFallbacks(change: GateChange, { before, after, now }: Versions): string[] {
  const { kept, asked } = fallbackChange({ ...change, before, after });
  return kept
    .filter((id) => !asked.includes(id))
    .flatMap((id) => retiresSoon(change.models.get(id)?.model, change.policy, now) ?? [])
    .map((retirement) => `The fallback ${retirement} Put another in its place.`);
}

function untestedFallbacks(change: GateChange, evidence: Present, before: Route, after: Route): string[] {
  return after.fallbacks
    .filter((id) => before.fallbacks.includes(id) && id !== before.model && id !== after.model)
    .filter((id) => memberOf(evidence, change.route, id, before.model) === undefined)
    .map((id) => `The fallback ${id} is untested: run ${evidence.run} does not compare it.`);
}
