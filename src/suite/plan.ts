import { createHash, hash } from "node:crypto";
import type { Case } from "../domain/case.ts";
import { Growing } from "../domain/growing.ts";
import type { Candidate, Model, Params } from "../domain/model.ts";
import type { PlannedTrial } from "../domain/plan.ts";
import { type Policy, type PolicyPatch, PolicySchema } from "../domain/policy.ts";
import { isOver, type Routing } from "../domain/routing.ts";
import type { CaseFact, CaseFacts, PlannedRoute } from "../domain/run.ts";
import { inSlice } from "../domain/slice.ts";
import type { Suite } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import { describeIssues } from "./complain.ts";
import type { Renderer } from "./render.ts";
import { profilesOf } from "./routing-file.ts";
import { callsADay } from "./volume.ts";

/** Fisher-Yates with the given stream. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const out = [...items];
  shuffle(out, random);
  return out;
}

function shuffle<T>(items: { readonly length: number; [at: number]: T }, random: () => number): void {
  for (let last = items.length - 1; last > 0; last--) {
    const pick = Math.floor(random() * (last + 1));
    [items[last], items[pick]] = [items[pick] as T, items[last] as T];
  }
}

/** Seeds the order of the cases, once and for all: no run can fish for a kinder one. */
export const ORDER_SEED = "signalbox";

/** Cases that an order is drawn for: their facts, and how their ids compare. */
export interface Drawable {
  readonly facts: CaseFacts;
  /** As `<` orders the ids of two cases, given by their places. */
  compareIds(one: number, other: number): number;
}

/**
 * Draws the order in which cases are tested, at most `maxPerCluster` of a cluster. The order of the lines in the file does
 * not matter. The order must not depend on a run's seed: best of many orders would be a way to fish for a verdict.
 * @returns their places; the first n of them are the cases of a smaller run
 */
export function drawCases(
  cases: Drawable,
  { isAsked, maxPerCluster }: { readonly isAsked: (fact: CaseFact) => boolean; readonly maxPerCluster: number },
  random: () => number,
): Uint32Array {
  const asked = new Growing((buffer) => new Uint32Array(buffer));
  for (const [place, fact] of cases.facts.entries()) if (isAsked(fact)) asked.push(place);
  const order = asked.values.subarray(0, asked.length).sort((one, other) => cases.compareIds(one, other));
  shuffle(order, random);
  const used = new Map<string, number>();
  let kept = 0;
  for (const place of order) {
    const cluster = cases.facts.at(place)?.clusterId;
    const count = cluster === undefined ? 0 : (used.get(cluster) ?? 0) + 1;
    if (cluster !== undefined) used.set(cluster, count);
    if (count <= maxPerCluster) order[kept++] = place;
  }
  return order.subarray(0, kept);
}

/** Sent where neither suite nor model says how long an answer may be: without a limit no worst case could be reserved. */
const DEFAULT_MAX_TOKENS = 4_096;

/** Parameters as sent: the model's own win over the suite's, and what the API does not take is left out. */
export function effectiveParams(suite: Params, model: Model): Params {
  const accepted = Object.fromEntries(
    Object.entries({ maxTokens: DEFAULT_MAX_TOKENS, ...suite }).filter(([name]) =>
      (model.accepts as readonly string[]).includes(name),
    ),
  ) as Params;
  return { ...accepted, ...model.params };
}

/** 128 bits of sha256 over everything that decides an answer, as hex. The order of an object's keys decides nothing. */
export function contentKey(parts: readonly unknown[]): string {
  const text = JSON.stringify(parts, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return hash("sha256", text).slice(0, 32);
}

/**
 * sha256 of what a suite asks and how it scores: prompts, data, parameters, scorers, policy. Functions count by their
 * source. What is shown only, or serves the plan only, does not count; the dataset has a hash of its own.
 * @param rubrics the texts of the rubrics its judges use
 * @param code hashes of the files that hold code it scores by, by path
 */
export function suiteHash(
  suite: Suite,
  rubrics: readonly string[],
  code: Readonly<Record<string, string>> = {},
): string {
  const { dataset: _, answers: __, title: ___, description: ____, assume: _____, ...rest } = suite;
  const text = JSON.stringify([rest, rubrics, ...(Object.keys(code).length === 0 ? [] : [code])], spelledOut());
  return createHash("sha256").update(text).digest("hex");
}

/** Writes what JSON would leave out of a suite: functions by their source, expressions, and zod schemas by their definition. */
function spelledOut(): (key: string, value: unknown) => unknown {
  const schemas = new Set<unknown>();
  return (_key, value) => {
    if (typeof value === "function" || value instanceof RegExp || typeof value === "bigint") return String(value);
    if (typeof value !== "object" || value === null || !("_zod" in value)) return value;
    // A schema may hold itself; and it holds caches, which change as it is used.
    if (schemas.has(value)) return "above";
    schemas.add(value);
    const { def } = value._zod as { readonly def: object };
    return Object.fromEntries(Object.entries(def).filter(([name]) => !name.startsWith("_")));
  };
}

/** Trials case by case over the candidates (so that drift of a provider falls on all alike), repeat by repeat. */
export function* planTrials(options: {
  readonly suite: Suite;
  /** Walked anew at each repeat. */
  readonly cases: () => Iterable<Case>;
  readonly candidates: readonly Candidate[];
  readonly renderers: ReadonlyMap<string, Renderer>;
  readonly repeats: number;
  /** Where a model is served. */
  readonly endpointOf: (model: Model) => string;
  /** Shuffles the candidates within a case. */
  readonly random: () => number;
}): Generator<PlannedTrial> {
  const params = new Map(options.candidates.map(({ id, model }) => [id, effectiveParams(options.suite.params, model)]));
  for (let repeat = 0; repeat < options.repeats; repeat++) {
    for (const item of options.cases()) {
      for (const candidate of shuffled(options.candidates, options.random)) {
        const render = options.renderers.get(candidate.variant);
        if (render === undefined) throw new Error(`no prompt variant ${candidate.variant}`);
        const messages = render(item);
        const sent = params.get(candidate.id) ?? {};
        const { model } = candidate.model;
        const endpoint = options.endpointOf(candidate.model);
        const key = contentKey([endpoint, model, candidate.id, sent, messages, item.id, item.tools ?? [], repeat]);
        yield { key, item, candidate, params: sent, repeat, messages };
      }
    }
  }
}

/**
 * The routes that rest on a suite, with the policy each inherits: suite, then profile, then route.
 * @param now milliseconds since the epoch: exceptions have a last day
 * @throws UserError where these do not make a policy together.
 */
export function plannedRoutes(routing: Routing, suite: Suite, now: number): PlannedRoute[] {
  return Object.entries(routing.routes)
    .filter(([, route]) => route.suite === suite.id)
    .map(([key, route]) => {
      return {
        route: key,
        // An exception proves nothing: what was let through on evidence before it stays the one to compare with.
        incumbent: provenModel(routing, key) ?? route.model,
        slice: route.slice,
        policy: routePolicy(routing, key, suite),
        volume: callsADay(route.volume, `The volume of route "${key}"`),
        ...(route.tier === undefined ? {} : { tier: route.tier }),
        ...exceptionOf(routing, key, now),
        ...(route.audience === undefined ? {} : { audience: route.audience }),
        ...(route.budget === undefined ? {} : { budget: route.budget }),
      };
    });
}

function exceptionOf(routing: Routing, key: string, now: number): Pick<PlannedRoute, "exception"> {
  const override = routing.overrides[key];
  const proven = provenModel(routing, key);
  if (override === undefined || proven === routing.routes[key]?.model) return {};
  const { model, until, by, reason } = override;
  const how = isOver(until, now) ? `an exception that ran out on ${until}` : `exception until ${until}`;
  return { exception: `${model} serves by ${how} (${by}: ${reason}); compared with ${proven}.` };
}

/** The last model of a route that was let through on evidence: an exception's `from`, else the model itself. */
export function provenModel({ routes, overrides }: Routing, key: string): string | undefined {
  const model = routes[key]?.model;
  const override = overrides[key];
  return override !== undefined && override.model === model ? (override.from ?? model) : model;
}

/** A route with a named slice for every value of these tags among its cases; a tag with one value names none. */
export function withVerdictsBy(route: PlannedRoute, tags: readonly string[], cases: CaseFacts): PlannedRoute {
  const slices = tags.flatMap((tag) => {
    const values = new Set<string>();
    for (const { tags: own } of cases) if (own[tag] !== undefined && inSlice(own, route.slice)) values.add(own[tag]);
    return values.size < 2 ? [] : [...values].sort().map((value) => ({ [tag]: value }));
  });
  return slices.length === 0 ? route : { ...route, slices };
}

/** The policy in force for a route of a table: suite, then profiles in their order, then the route's own. @throws UserError where it is not whole. */
export function routePolicy(routing: Routing, key: string, suite: Suite): Policy {
  const route = routing.routes[key];
  const profiles = route === undefined ? [] : profilesOf(route).map((name) => routing.profiles[name]);
  return policyOf(`The policy of route "${key}"`, Object.assign({}, suite.policy, ...profiles, route?.policy));
}

/** The policy of a route that no table states. @throws UserError where the suite's own is not whole. */
export function suitePolicy(suite: Suite): Policy {
  return policyOf(`The policy of suite "${suite.id}"`, suite.policy);
}

// Each part is valid by itself; only together can they lack something.
function policyOf(whose: string, patch: PolicyPatch): Policy {
  const parsed = PolicySchema.safeParse(patch);
  if (parsed.success) return parsed.data;
  const what = `${whose} is not whole: ${describeIssues(parsed.error).text}`;
  throw new UserError({ what, remedy: "Add it to the route, its profile or the suite." });
}

/** Tokens of a text by the rule of thumb of four characters each. For estimates only. */
export function roughTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
