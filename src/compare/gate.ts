import type { Override, Route } from "../domain/routing.ts";
import { judgeComparisons } from "./gate-comparison.ts";
import { fallbackChange, goingFallbacks, judgeFallbacks, untestedFallbacks } from "./gate-fallbacks.ts";
import {
  accepted,
  commandFor,
  type Judgement,
  memberOf,
  NOT_RECORDED,
  type Say,
  sayer,
  type Versions,
  whyAdvisory,
} from "./gate-say.ts";
import {
  fromEnvironment,
  type GateChange,
  type LoosenedRule,
  paramsConflict,
  type Refusal,
  refusal,
  retiresSoon,
  sameSlice,
} from "./refusal.ts";

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
