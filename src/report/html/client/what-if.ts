import { decideAt, stopsOf } from "../../../compare/stops.ts";
import { qualitiesOf } from "../../../compare/summary.ts";
import { tabulate } from "../../../compare/table.ts";
import { weightedQuality } from "../../../domain/quality.ts";
import type { Run } from "../../../domain/run.ts";
import type { RunStops, StopChoice, StopVerdict } from "../../../domain/stops.ts";
import { TrialTable } from "../../../domain/trial-table.ts";
import { points, UNKNOWN } from "../../numbers.ts";
import { stopText } from "../../sentences.ts";
import type { WhatIfData } from "../page-data.ts";
import { visible } from "../visible.ts";
import { byId, control, element } from "./dom.ts";
import { inflate } from "./store.ts";

interface Answer {
  readonly verdicts: readonly StopVerdict[];
  /** Mean quality of each model, where weights were moved. */
  readonly qualities: string;
}

/** The run with other weights. */
function weighed({ manifest, cases, trials }: WhatIfData, weights: readonly (number | undefined)[]): Run {
  const scorers = manifest.scorers.map((scorer, index) => ({ ...scorer, weight: weights[index] ?? scorer.weight }));
  const table = new TrialTable({
    cases: cases.length,
    candidates: manifest.candidates.length,
    repeats: manifest.repeats,
    scorers: scorers.length,
    judges: manifest.judge?.panel?.length ?? 0,
  });
  let graded = manifest.suite.scale === "graded";
  for (const trial of trials) {
    const quality = trial.state === "completed" ? weightedQuality(trial.values, scorers) : trial.quality;
    graded ||= quality !== null && quality !== 0 && quality !== 1;
    table.set({ ...trial, quality });
  }
  const suite = { ...manifest.suite, scale: graded ? ("graded" as const) : manifest.suite.scale };
  return { manifest: { ...manifest, suite, scorers }, cases, trials: table };
}

/** Decides a run with other weights at one stop of each slider. A first look: the ledger is not here. */
function decideWeighed(run: Run, { grid }: RunStops, { margin, saving }: StopChoice): Answer {
  const only = (shares: readonly number[], stop: number | undefined) =>
    stop === undefined ? [] : shares.slice(stop, stop + 1);
  const stops = stopsOf(run, { margins: only(grid.margins, margin), savings: only(grid.savings, saving) });
  const verdicts = decideAt(stops, {
    ...(margin === undefined ? {} : { margin: 0 }),
    ...(saving === undefined ? {} : { saving: 0 }),
  });
  const words = qualitiesOf(run, tabulate(run)).map(
    (quality, index) =>
      `${visible(run.manifest.candidates[index]?.id ?? "")} ${quality === null ? UNKNOWN : points(quality.value)}`,
  );
  return { verdicts, qualities: ` Quality with these weights: ${words.join(", ")}.` };
}

/** Brings the sliders to life. */
export async function exploreWhatIf(): Promise<void> {
  const packed = document.getElementById("stops");
  if (packed === null) return;
  const stops: RunStops = JSON.parse(await inflate(packed.textContent ?? ""));
  const baseline = decideAt(stops, {});
  const parts = [...document.querySelectorAll<HTMLInputElement>("[data-part]")];
  const recorded = parts.map((part) => part.getAttribute("value") ?? "");
  const [first] = stops.routes;
  // A slider may not be able to stand where the policy does: until it is moved, the policy counts.
  const moved = new Set<HTMLInputElement>();
  let asked = 0;
  let data: Promise<WhatIfData> | undefined;

  function choice(): StopChoice {
    const stopOf = (id: string, shares: readonly number[]) => {
      const slider = control(id);
      if (!moved.has(slider)) return undefined;
      return shares.findIndex((share) => Math.abs(100 * share - Number(slider.value)) < 1e-6);
    };
    const margin = stopOf("w-margin", stops.grid.margins);
    const saving = stopOf("w-saving", stops.grid.savings);
    return { ...(margin === undefined ? {} : { margin }), ...(saving === undefined ? {} : { saving }) };
  }

  function label(): void {
    const own = (values: readonly number[], unit: string) =>
      new Set(values).size === 1 ? `${Number((100 * (values[0] ?? 0)).toFixed(2))} ${unit}` : "each route's own";
    const policies = stops.routes.map(({ policy }) => policy);
    const said = (id: string, unit: string, recordedAs: string) =>
      moved.has(control(id)) ? `${Number(control(id).value)} ${unit}` : recordedAs;
    const margin = own(
      policies.map((policy) => policy.margin),
      "points",
    );
    const saving = own(
      policies.map((policy) => policy.minSaving),
      "%",
    );
    byId("w-margin-value").textContent = said("w-margin", "points", margin);
    byId("w-saving-value").textContent = said("w-saving", "%", saving);
    for (const [index, part] of parts.entries()) {
      byId(`${part.id}-value`).textContent = moved.has(part) ? Number(part.value).toFixed(2) : (recorded[index] ?? "");
    }
  }

  async function answer(): Promise<Answer> {
    const at = choice();
    const weights = parts.map((part) => (moved.has(part) ? Number(part.value) : undefined));
    if (weights.every((weight) => weight === undefined)) return { verdicts: decideAt(stops, at), qualities: "" };
    data ??= inflate(byId("numbers").textContent ?? "").then((text) => JSON.parse(text));
    return decideWeighed(weighed(await data, weights), stops, at);
  }

  async function draw(): Promise<void> {
    const turn = asked;
    const { verdicts, qualities } = await answer();
    if (turn !== asked) return;
    const rows = [...byId("what-if-routes").children];
    let changes = 0;
    for (const [index, verdict] of verdicts.entries()) {
      const cell = rows[index]?.lastElementChild;
      if (cell == null) continue;
      const changed = serves(verdict) !== serves(baseline[index]);
      changes += Number(changed);
      cell.className = changed ? "changed" : "";
      const about = verdict.shown === undefined ? "" : `${verdict.shown.candidate}: `;
      cell.replaceChildren(
        `${changed ? "changed: " : ""}${verdict.verdict}: ${visible(servedBy(verdict))}`,
        element("small", {}, [visible(`${about}${stopText(verdict)}.`)]),
      );
    }
    const total = verdicts.length;
    byId("what-if-said").textContent =
      `${changes} of ${total} ${total === 1 ? "verdict" : "verdicts"} would change.${qualities}`;
  }

  // A slider moves faster than a decision is made: one for each picture that the browser draws.
  function change(): void {
    cancelAnimationFrame(asked);
    label();
    asked = requestAnimationFrame(() => void draw());
  }

  function restore(): void {
    moved.clear();
    control("w-margin").value = String(100 * (first?.policy.margin ?? 0));
    control("w-saving").value = String(100 * (first?.policy.minSaving ?? 0));
    for (const [index, part] of parts.entries()) part.value = recorded[index] ?? "";
    change();
  }

  for (const slider of [control("w-margin"), control("w-saving"), ...parts]) {
    slider.addEventListener("input", () => {
      moved.add(slider);
      change();
    });
  }
  byId("w-reset").addEventListener("click", restore);
  byId("what-if").hidden = false;
  restore();
}

function servedBy({ verdict, incumbent, shown }: StopVerdict): string {
  return verdict === "switch" ? (shown?.candidate ?? incumbent) : incumbent;
}

function serves(verdict: StopVerdict | undefined): string {
  return verdict === undefined ? "" : `${verdict.verdict} ${servedBy(verdict)}`;
}
