import type { GateFinding, GateReport } from "../domain/gate.ts";
import { isOver, type Routing } from "../domain/routing.ts";
import type { YamlFile } from "../suite/yaml.ts";

/** A finding without what only a judged route has. */
export const EMPTY_FINDING: Omit<GateFinding, "route" | "about" | "outcome" | "reason"> = {
  notes: [],
  command: null,
  from: null,
  to: null,
  file: null,
  line: null,
  run: null,
  quality: null,
  costRatio: null,
  override: null,
};

/** Exceptions whose time is over, or that name another model than their route. */
export function expired({ value, where }: YamlFile<Routing>, now: number): GateFinding[] {
  return Object.entries(value.overrides).flatMap(([route, override]): GateFinding[] => {
    const { model, from, by, reason, until } = override;
    const [file = "", line = "1"] = where(["overrides", route]).split(/:(?=\d+$)/);
    const fault = (text: string): GateFinding[] => [
      {
        ...EMPTY_FINDING,
        route,
        about: "override",
        outcome: "reject",
        reason: text,
        file,
        line: Number(line),
        to: model ?? null,
      },
    ];
    const back = from === undefined ? "" : `, or put ${from} back`;
    if (isOver(until, now)) {
      return fault(
        `The exception of ${by} ran out on ${until} (${reason}). Bring evidence and remove it, renew it${back}.`,
      );
    }
    const serving = value.routes[route]?.model;
    if (model === undefined || model === serving) return [];
    return fault(`The exception is for ${model}, but the route names ${serving}. Remove it.`);
  });
}

export function overridesOf({ overrides }: Routing, now: number): GateReport["overrides"] {
  return Object.entries(overrides).map(([route, override]) => {
    const { model, from, policy, was, fallbacks, suite, slice, by, reason, until } = override;
    const what = [
      ...(model === undefined ? [] : [from === undefined ? model : `${from} -> ${model}`]),
      ...(policy === undefined
        ? []
        : [`policy ${JSON.stringify(policy)}${was === undefined ? "" : `, was ${JSON.stringify(was)}`}`]),
      ...(fallbacks === undefined ? [] : [`fallbacks ${fallbacks.join(", ")}`]),
      ...(suite === undefined ? [] : [`suite ${suite}${slice === undefined ? "" : ` ${JSON.stringify(slice)}`}`]),
    ].join("; ");
    return { route, what, by, reason, until, expired: isOver(until, now) };
  });
}

/** Whoever states the key says whose signatures count. */
export function changedKey(before: YamlFile<Routing>, after: YamlFile<Routing>): GateFinding[] {
  const [old, now] = [before.value.evidenceKey, after.value.evidenceKey];
  if (old === now || now === undefined) return [];
  const [file = "", line = "1"] = after.where(["evidenceKey"]).split(/:(?=\d+$)/);
  const what =
    old === undefined
      ? "The table states a key that it did not have: evidence signed for it will count as that of a CI run."
      : "The table states another key: evidence signed for it will count as that of a CI run.";
  const reason = `${what} Nothing but a person can tell who holds it, so a person decides.`;
  return [
    {
      ...EMPTY_FINDING,
      route: "evidenceKey",
      about: "policy",
      outcome: "inconclusive",
      reason,
      file,
      line: Number(line),
    },
  ];
}
