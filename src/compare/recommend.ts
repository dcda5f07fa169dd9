import type { Estimate } from "../domain/decision.ts";
import type { Model } from "../domain/model.ts";
import type { Recommendation, Standing } from "../domain/recommendation.ts";
import type { Route } from "../domain/routing.ts";
import { judgeChange } from "./gate.ts";
import type { Judgement } from "./gate-say.ts";
import { type GateChange, isGone } from "./refusal.ts";
import { settlingCommands } from "./settling.ts";

/** A route of the table, and everything that the gate would be told of a change of it. */
export interface Audited
  extends Omit<
    GateChange,
    "before" | "after" | "override" | "misstated" | "loosened" | "renamed" | "notes" | "changedModels" | "commands"
  > {
  /** As it stands in the table. */
  readonly current: Route;
  /** The last model of it that was let through on evidence. */
  readonly proven: string;
  /** Calls a day. */
  readonly volume: number | null;
  readonly override: Recommendation["override"];
  /** What a run has to be told besides. */
  readonly flags: Parameters<typeof settlingCommands>[2];
  /** The parameters that the route would send with another model, where those are not the route's own. */
  readonly paramsOf?: ((candidate: string) => Route["params"]) | undefined;
}

interface Option {
  readonly candidate: string;
  readonly judgement: Judgement;
  readonly monthlySaving: Estimate | null;
}

/** What the gate would say of every possible switch of a route, as one recommendation: it never recommends what the gate would refuse. */
export function recommend(audited: Audited, now: number): Recommendation {
  const { route, current, evidence, policy } = audited;
  const options = optionsOf(audited, now);
  const passing = options.filter(({ judgement }) => judgement.outcome === "pass");
  const best = policy.objective === "best-within-budget" ? byQuality(passing)[0] : byCost(passing)[0];
  const better = byQuality(options.filter(({ judgement }) => (judgement.quality?.interval?.low ?? -1) > 0))[0];
  const open = byQuality(options.filter(({ judgement }) => judgement.outcome === "inconclusive"))[0];
  const shown = best ?? better ?? open ?? byQuality(options.filter(({ judgement }) => judgement.quality !== null))[0];
  const going = goingSoon(audited.models.get(current.model)?.model, audited, now);
  const judged = shown !== undefined && shown.judgement.quality !== null;
  const standing = standingOf({ best, better, open, judged, going, objective: policy.objective });
  const first = options[0]?.judgement;
  return {
    route,
    standing,
    model: current.model,
    verdict: judged ? (best !== undefined ? "switch" : open !== undefined ? "inconclusive" : "keep") : null,
    candidate: judged ? shown.candidate : null,
    reason: [
      going,
      better !== undefined && best === undefined ? betterText(better) : undefined,
      reasonOf(shown, first, audited),
    ]
      .filter((text) => text !== undefined)
      .join(" "),
    notes:
      current.model === audited.proven
        ? []
        : [`${current.model} serves by exception; ${audited.proven} was let through on evidence.`],
    command: judged ? shown.judgement.command : commandForAll(audited),
    grade: judged && evidence.state === "present" ? evidence.grade : null,
    run: judged && evidence.state === "present" ? evidence.run : null,
    quality: judged ? shown.judgement.quality : null,
    costRatio: judged ? shown.judgement.costRatio : null,
    monthlySaving: judged ? shown.monthlySaving : null,
    volume: audited.volume,
    override: audited.override,
  };
}

// Nothing is known of any model: all are asked, and anew where what is saved is too old.
function commandForAll({ current, evidence, policy, flags }: Audited): string {
  const { again, fresh } = settlingCommands(current.suite, [], flags);
  return evidence.state === "present" && !(evidence.ageDays <= policy.maxEvidenceAgeDays) ? fresh : again;
}

function optionsOf(audited: Audited, now: number): Option[] {
  const { evidence, current, proven, route } = audited;
  const members = evidence.state === "present" ? evidence.members.filter((member) => member.route === route) : [];
  return (
    members
      // A table names models; a prompt variant cannot be routed to.
      .filter(({ candidate }) => candidate !== proven && !candidate.includes("#"))
      .map(({ candidate, monthlySaving }) => ({
        candidate,
        judgement: judgeSwitch(audited, candidate, now),
        monthlySaving,
      }))
  );
  function judgeSwitch({ override: _, flags, ...change }: Audited, candidate: string, at: number): Judgement {
    const needs = { route, incumbent: proven, isGone: change.gone !== undefined, models: [candidate] };
    const commands = settlingCommands(current.suite, [needs], flags);
    const before = { ...current, model: proven };
    const params = audited.paramsOf?.(candidate) ?? current.params;
    const after = {
      ...current,
      model: candidate,
      params,
      fallbacks: current.fallbacks.filter((id) => id !== candidate),
    };
    const judgements = judgeChange(
      {
        ...change,
        before,
        after,
        override: undefined,
        misstated: [],
        loosened: [],
        renamed: [],
        notes: [],
        changedModels: new Map(),
        commands,
      },
      at,
    );
    return judgements.find(({ about }) => about === "model") as Judgement;
  }
}

function standingOf(given: {
  readonly best: Option | undefined;
  readonly better: Option | undefined;
  readonly open: Option | undefined;
  readonly judged: boolean;
  readonly going: string | undefined;
  readonly objective: string;
}): Standing {
  if (given.going !== undefined) return "under-served";
  if (!given.judged) return "no-evidence";
  if (given.best !== undefined) return given.objective === "best-within-budget" ? "under-served" : "over-provisioned";
  if (given.better !== undefined) return "under-served";
  return given.open !== undefined ? "open" : "well-placed";
}

function goingSoon(model: Model | undefined, { current, policy }: Audited, now: number): string | undefined {
  if (model === undefined) return `${current.model} is not in the catalogue any more.`;
  if (model.retiresOn === undefined) return undefined;
  if (isGone(model, now)) return `${current.model} retired on ${model.retiresOn}.`;
  const soon = isGone(model, now + policy.minDaysToRetirement * 86_400_000);
  return soon ? `${current.model} retires on ${model.retiresOn}.` : undefined;
}

function betterText({ candidate }: Option): string {
  return `${candidate} is shown to be better.`;
}

function reasonOf(shown: Option | undefined, first: Judgement | undefined, { evidence }: Audited): string {
  if (shown !== undefined) return shown.judgement.reason;
  if (evidence.state === "refused") return evidence.reason;
  return first?.reason ?? `Run ${evidence.run} compares nothing for this route.`;
}

function byCost(options: readonly Option[]): Option[] {
  const cost = ({ judgement }: Option) => judgement.costRatio?.value ?? Number.POSITIVE_INFINITY;
  return options.toSorted((a, b) => cost(a) - cost(b));
}

function byQuality(options: readonly Option[]): Option[] {
  const quality = ({ judgement }: Option) => judgement.quality?.value ?? -2;
  return options.toSorted((a, b) => quality(b) - quality(a));
}

const RANK: readonly Standing[] = ["over-provisioned", "under-served", "open", "well-placed", "no-evidence"];

/** The worst placed first; within that, what a switch would save or gain. */
export function inOrder(recommendations: readonly Recommendation[]): Recommendation[] {
  const worth = ({ monthlySaving }: Recommendation) => monthlySaving?.value ?? Number.NEGATIVE_INFINITY;
  return recommendations.toSorted((a, b) => {
    const rank = RANK.indexOf(a.standing) - RANK.indexOf(b.standing);
    return rank !== 0 ? rank : worth(b) === worth(a) ? 0 : worth(b) - worth(a);
  });
}
