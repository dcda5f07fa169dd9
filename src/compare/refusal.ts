import type { Grade } from "../domain/decision.ts";
import type { EvidenceModel } from "../domain/evidence.ts";
import type { Model, Params } from "../domain/model.ts";
import type { Policy } from "../domain/policy.ts";
import type { Override, Route } from "../domain/routing.ts";
import type { Member } from "./family.ts";
import type { Commands } from "./settling.ts";

/** A model as the catalogue has it today, with the hashes that evidence states. */
export interface ModelNow extends Pick<EvidenceModel, "endpoint" | "parameters" | "price"> {
  readonly model: Model;
  /** Parameters as the suite sends them. */
  readonly sent: Params;
  /** Where it is asked; undefined for its vendor's own address. */
  readonly baseURL?: string | undefined;
}

/** What there is to judge a suite's routes by. */
export type EvidenceState =
  | {
      readonly state: "refused";
      readonly reason: string;
      /** Whether another run would settle it. */
      readonly settle: boolean;
    }
  | {
      readonly state: "present";
      readonly run: string;
      readonly source: "live" | "recorded" | "simulated";
      /** Of its oldest answer. */
      readonly ageDays: number;
      /** The day on which the oldest answer was asked for, where an earlier run did. */
      readonly reusedFrom?: string | undefined;
      readonly models: readonly EvidenceModel[];
      /** By candidate: another model than the one asked for answered. */
      readonly served: ReadonlyMap<string, string>;
      readonly grade: Grade;
      readonly gradeReason: string;
      /** Why the evidence is not attested by a CI run; undefined where it is. */
      readonly unattested: string | undefined;
      /** The slice that each route was planned with. */
      readonly slices: ReadonlyMap<string, Route["slice"]>;
      readonly members: readonly Member[];
    };

/** A value of a policy that is looser than it was; undefined where there is no limit any more. */
export interface LoosenedRule {
  readonly name: keyof Policy;
  readonly before: unknown;
  readonly after: unknown;
  readonly text: string;
}

export interface GateChange {
  readonly route: string;
  readonly before: Route | undefined;
  readonly after: Route | undefined;
  readonly override: Override | undefined;
  /** What the exception says falsely about what stood before it, as sentences. */
  readonly misstated: readonly string[];
  /** `margin 0.05 -> 0.1`, with the field. */
  readonly loosened: readonly LoosenedRule[];
  /** Models of the route that its file calls another name, with why that is no proof that they are the same. */
  readonly renamed: readonly { readonly about: "model" | "fallback"; readonly id: string; readonly reason: string }[];
  /** What to know besides, about names and the catalogue. */
  readonly notes: readonly string[];
  /** How the model that served before is gone, in words; undefined where it is not. */
  readonly gone: string | undefined;
  /** The policy before the change: a change is never judged by the rule it brings along. */
  readonly policy: Policy;
  readonly evidence: EvidenceState;
  /** What else the change touches that the route is judged by, as a sentence. */
  readonly moved: string | undefined;
  readonly models: ReadonlyMap<string, ModelNow>;
  /** What of a model was changed under the same id, in words: `its parameters`. */
  readonly changedModels: ReadonlyMap<string, string>;
  readonly commands: Commands;
}

const DAY_MS = 86_400_000;

/** Evidence that can be read. */
export type Present = Extract<EvidenceState, { state: "present" }>;

export interface Refusal {
  readonly reason: string;
  /** Whether another run would settle it; `fresh`: one that takes no answer from an earlier run. */
  readonly settle: boolean | "fresh";
}

/** Why evidence says nothing about these models, whatever its numbers. */
export function refusal(
  change: GateChange,
  evidence: Present,
  ids: readonly string[],
  now: number,
): Refusal | undefined {
  const { run } = evidence;
  const { policy, models } = change;
  const another = (reason: string): Refusal => ({ reason, settle: true });
  if (evidence.source === "simulated") return another(`Run ${run} is simulated: it says nothing about real models.`);
  // An age that nobody knows is not within any limit.
  if (!(evidence.ageDays <= policy.maxEvidenceAgeDays)) {
    const age = Number.isNaN(evidence.ageDays) ? "of unknown age" : `${Math.ceil(evidence.ageDays)} days old`;
    const reused = evidence.reusedFrom === undefined ? "" : ` (it reuses answers of ${evidence.reusedFrom})`;
    const reason = `The evidence is ${age}${reused}, ${policy.maxEvidenceAgeDays} days are allowed.`;
    return { reason, settle: "fresh" };
  }
  if (evidence.ageDays < -1) return another("The evidence is from the future: check the clocks.");
  if (policy.requireCiRun && evidence.source === "recorded") {
    return another(
      `The policy asks for evidence of a CI run: the answers of run ${run} are recorded ones, which a signature does not vouch for.`,
    );
  }
  if (policy.requireCiRun && evidence.unattested !== undefined) {
    return { reason: `The policy asks for evidence of a CI run: ${evidence.unattested}.`, settle: false };
  }
  for (const id of ids) {
    const then = evidence.models.find((each) => each.id === id);
    const today = models.get(id);
    if (then === undefined) continue;
    const wrong = evidence.served.get(id);
    if (wrong !== undefined)
      return another(`Asked for ${then.asked}, ${wrong} answered: run ${run} is not about ${id}.`);
    const changed = evidence.source === "recorded" || today === undefined ? undefined : changedSince(then, today);
    if (changed !== undefined) return another(`${changed} of ${id} changed in the catalogue since run ${run}.`);
    const price = priceFault(today?.model, policy, now);
    if (price !== undefined) return { reason: price, settle: false };
  }
  return undefined;
}

function changedSince(then: EvidenceModel, { model, endpoint, parameters, price }: ModelNow): string | undefined {
  if (then.asked !== model.model) return "The model's name at its provider";
  if (then.endpoint !== endpoint) return "The provider's address (baseURL)";
  if (then.parameters !== parameters) return "The parameters";
  return then.price === price ? undefined : "The price";
}

function priceFault(model: Model | undefined, policy: Policy, now: number): string | undefined {
  if (model === undefined || model.price === "free") return undefined;
  if (model.price === "unknown")
    return `The price of ${model.id} is unknown, so nothing is known of its cost. Add it to the catalogue.`;
  const days = Math.floor((now - Date.parse(`${model.price.checkedAt}T00:00:00Z`)) / DAY_MS);
  if (days <= policy.maxPriceAgeDays) return undefined;
  return `The price of ${model.id} was read ${days} days ago, ${policy.maxPriceAgeDays} are allowed. Read it again and renew checkedAt in the catalogue.`;
}

/** Whether a value is one that the caller's environment fills in. */
function isReference(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("os.environ/");
}

/** Where a route asks for other parameters than were tested, as a sentence. */
export function paramsConflict(
  { params, model }: Pick<Route, "params" | "model">,
  now: ModelNow | undefined,
): string | undefined {
  if (now === undefined) return undefined;
  const tested = flat({ ...now.sent, ...(now.baseURL === undefined ? {} : { api_base: now.baseURL }) });
  const asked = flat(params);
  const other = Object.keys(asked).find((name) => !isReference(asked[name]) && asked[name] !== tested[name]);
  if (other === undefined) return undefined;
  return `The route sends ${other} ${asked[other]}, ${model} was tested with ${tested[other] ?? "none"}.`;
}

/** Parameters by their names, each as text; those of `extra` are sent like any other. One that is null is not sent. */
function flat({ extra, ...params }: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const all = Object.entries({ ...(typeof extra === "object" ? extra : {}), ...params });
  const text = (name: string, value: unknown) =>
    name === "api_base" && typeof value === "string" ? value.replace(/\/+$/, "") : JSON.stringify(value);
  return Object.fromEntries(all.flatMap(([name, value]) => (value == null ? [] : [[name, text(name, value)]])));
}

/** What of a route's parameters nobody can compare, because the environment of its caller says it. */
export function fromEnvironment({ params }: Route): string[] {
  const names = Object.keys(params).filter((name) => isReference(params[name]));
  if (names.length === 0) return [];
  return [`The environment says ${names.join(", ")} of the route: the gate cannot compare it with what was tested.`];
}

/** Whether two slices are of the same tags, in whatever order. */
export function sameSlice(a: Route["slice"], b: Route["slice"]): boolean {
  const sorted = (slice: Route["slice"]) => JSON.stringify(Object.entries(slice).sort());
  return sorted(a) === sorted(b);
}

/** Why a model goes too soon to be switched to. */
export function retiresSoon(target: Model | undefined, policy: Policy, now: number): string | undefined {
  if (target?.retiresOn === undefined) return undefined;
  const days = Math.floor((Date.parse(`${target.retiresOn}T00:00:00Z`) - now) / DAY_MS);
  if (days >= policy.minDaysToRetirement) return undefined;
  const when = days < 0 ? `retired on ${target.retiresOn}` : `retires on ${target.retiresOn}, in ${days} days`;
  return `${target.id} ${when}; the policy asks for ${policy.minDaysToRetirement} days.`;
}

/** Whether a model is gone by a day: retired, or no longer in the catalogue. */
export function isGone(model: Model | undefined, now: number): boolean {
  return model === undefined || (model.retiresOn !== undefined && Date.parse(`${model.retiresOn}T00:00:00Z`) <= now);
}
