import { decide } from "../../../compare/decide.ts";
import type { Decision, RouteDecision } from "../../../domain/decision.ts";
import type { Policy } from "../../../domain/policy.ts";
import { weightedQuality } from "../../../domain/quality.ts";
import type { Run } from "../../../domain/run.ts";
import { TrialTable } from "../../../domain/trial-table.ts";
import { points } from "../../numbers.ts";
import { verdictSentence } from "../../sentences.ts";
import type { WhatIfData } from "../page-data.ts";
import { visible } from "../visible.ts";
import { byId, control, element } from "./dom.ts";
import { inflate } from "./store.ts";

/** What a reader has moved; what is left out stays as each route's policy has it. */
interface Settings {
  readonly margin?: number;
  readonly saving?: number;
  readonly weights: readonly number[];
}

/** Decides the run with other limits and weights, by the same functions that decided it. A first look: the ledger is not here. */
function decideWith({ manifest, cases, trials }: WhatIfData, settings: Settings): Decision {
  const scorers = manifest.scorers.map((scorer, index) => ({
    ...scorer,
    weight: settings.weights[index] ?? scorer.weight,
  }));
  const table = new TrialTable({
    cases: cases.length,
    candidates: manifest.candidates.length,
    repeats: manifest.repeats,
    scorers: scorers.length,
  });
  const weighed = scorers.some(({ weight }, index) => weight !== manifest.scorers[index]?.weight);
  let graded = manifest.suite.scale === "graded";
  for (const trial of trials) {
    const quality = weighed && trial.state === "completed" ? weightedQuality(trial.values, scorers) : trial.quality;
    graded ||= quality !== null && quality !== 0 && quality !== 1;
    table.set({ ...trial, quality });
  }
  const routes = manifest.routes.map((route) => ({ ...route, policy: patched(route.policy, settings) }));
  const suite = { ...manifest.suite, scale: graded ? ("graded" as const) : manifest.suite.scale };
  const run: Run = { manifest: { ...manifest, suite, scorers, routes }, cases, trials: table };
  // Chance serves "about N more cases" alone, which is no part of a verdict.
  return decide(run, () => stream());
}

function patched(policy: Policy, { margin, saving }: Settings): Policy {
  if (policy.objective === "best-within-budget") return policy;
  return {
    ...policy,
    ...(margin === undefined ? {} : { margin }),
    ...(saving === undefined ? {} : { minSaving: saving }),
  };
}

/** Numbers in [0, 1), the same each time (a linear congruential generator: good enough for a forecast that rounds). */
function stream(): () => number {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Brings the sliders to life, where the page carries the numbers for it. */
export async function exploreWhatIf(): Promise<void> {
  const packed = document.getElementById("numbers");
  if (packed === null) return;
  const data: WhatIfData = JSON.parse(await inflate(packed.textContent ?? ""));
  const { manifest } = data;
  const parts = [...document.querySelectorAll<HTMLInputElement>("[data-part]")];
  const recorded = manifest.scorers.map(({ weight }) => weight);
  const [first] = manifest.routes;
  let moved = { margin: false, saving: false };
  let asked = 0;
  let baseline: Decision | undefined;

  function settings(): Settings {
    return {
      ...(moved.margin ? { margin: Number(control("w-margin").value) / 100 } : {}),
      ...(moved.saving ? { saving: Number(control("w-saving").value) / 100 } : {}),
      weights: recorded.map((weight, index) => (parts[index] === undefined ? weight : Number(parts[index].value))),
    };
  }

  function label(): void {
    const own = manifest.routes.length > 1 ? "each route's own" : undefined;
    const margin = `${Number(control("w-margin").value)} points`;
    const saving = `${control("w-saving").value} %`;
    byId("w-margin-value").textContent = moved.margin ? margin : (own ?? margin);
    byId("w-saving-value").textContent = moved.saving ? saving : (own ?? saving);
    for (const part of parts) byId(`${part.id}-value`).textContent = Number(part.value).toFixed(2);
  }

  function draw(): void {
    label();
    baseline ??= decideWith(data, { weights: recorded });
    const decision = decideWith(data, settings());
    const rows = [...byId("what-if-routes").children];
    let changes = 0;
    for (const [index, route] of decision.routes.entries()) {
      const cell = rows[index]?.lastElementChild;
      if (cell == null) continue;
      const changed = serves(route) !== serves(baseline.routes[index]);
      changes += Number(changed);
      cell.className = changed ? "changed" : "";
      cell.replaceChildren(
        `${changed ? "changed: " : ""}${route.verdict}: ${visible(servedBy(route))}`,
        element("small", {}, [visible(verdictSentence(route))]),
      );
    }
    const total = decision.routes.length;
    byId("what-if-said").textContent =
      `${changes} of ${total} ${total === 1 ? "verdict" : "verdicts"} would change. ${qualities(decision)}`;
  }

  // A slider moves faster than a decision is made: one for each picture that the browser draws.
  function change(): void {
    cancelAnimationFrame(asked);
    label();
    asked = requestAnimationFrame(draw);
  }

  function restore(): void {
    moved = { margin: false, saving: false };
    control("w-margin").value = String(100 * (first?.policy.margin ?? 0.05));
    control("w-saving").value = String(100 * (first?.policy.minSaving ?? 0.1));
    for (const [index, part] of parts.entries()) part.value = String(recorded[index]);
    label();
  }

  control("w-margin").addEventListener("input", () => {
    moved = { ...moved, margin: true };
    change();
  });
  control("w-saving").addEventListener("input", () => {
    moved = { ...moved, saving: true };
    change();
  });
  for (const part of parts) part.addEventListener("input", change);
  byId("w-reset").addEventListener("click", () => {
    restore();
    draw();
  });
  byId("what-if").hidden = false;
  // Decided when it comes into sight: a reader who never scrolls here waits for nothing.
  restore();
  new IntersectionObserver((entries, observer) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    draw();
  }).observe(byId("what-if"));
}

function servedBy({ verdict, incumbent, candidate }: RouteDecision): string {
  return verdict === "switch" ? (candidate ?? incumbent) : incumbent;
}

function serves(route: RouteDecision | undefined): string {
  return route === undefined ? "" : `${route.verdict} ${servedBy(route)}`;
}

function qualities({ models }: Decision): string {
  const words = models.map(
    ({ candidate, quality }) => `${visible(candidate)} ${quality === null ? "unknown" : points(quality.value)}`,
  );
  return `Quality with these weights: ${words.join(", ")}.`;
}
