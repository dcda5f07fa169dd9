import type { ReportInput } from "../domain/detail.ts";
import { answerView } from "./html/answer.ts";
import { compilePage, cspHash, readScript, readStyle } from "./html/assets.ts";
import { basisView } from "./html/basis.ts";
import { casesView } from "./html/cases.ts";
import { castOf, definitions, track } from "./html/marks.ts";
import { modelsView } from "./html/models.ts";
import { picturesView } from "./html/pictures.ts";
import { markup, sentenceParts, visibleDeep } from "./html/text.ts";
import { count } from "./numbers.ts";
import { ADD_A_KEY, headline, SIMULATED_NOTICE } from "./sentences.ts";

/** A headline of many routes is set smaller. */
const LONG_TITLE = 120;

interface Assets {
  readonly page: (view: object) => string;
  readonly style: string;
  readonly script: string;
}

// Read on the first use: most commands print no page.
let assets: Assets | undefined;

/**
 * The whole report as one HTML page that opens from disk, loads nothing and runs no code but its own. A pure function of
 * its input: the same run gives the same bytes.
 */
export function renderHtml(input: ReportInput): string {
  assets ??= { page: compilePage(), style: readStyle(), script: readScript() };
  const safe = visibleDeep(input);
  const { decision, run } = safe;
  const { manifest } = run;
  const cast = castOf(decision, manifest);
  const title = headline(decision);
  const simulated = manifest.source === "simulated";
  return assets.page({
    pageTitle: `${manifest.suite.id}: which model should serve it? Signalbox report${simulated ? " (simulated)" : ""}`,
    styleHash: cspHash(assets.style),
    scriptHash: cspHash(assets.script),
    style: markup(assets.style),
    script: markup(assets.script),
    definitions: definitions(),
    brand: track("switch"),
    suite: manifest.suite.id,
    date: manifest.startedAt.slice(0, 10),
    simulated,
    notice: sentenceParts(SIMULATED_NOTICE),
    addKey: sentenceParts(ADD_A_KEY),
    headline: sentenceParts(
      title,
      manifest.candidates.map(({ id }) => id),
    ),
    long: title.length > LONG_TITLE,
    incomplete: run.status === "complete" ? null : incompleteText(safe),
    facts: factsOf(safe),
    answer: answerView(safe, cast),
    models: modelsView(safe, cast),
    pictures: picturesView(safe, cast),
    cases: casesView(safe, cast),
    basis: basisView(safe, cast),
  });
}

function factsOf({ decision, run: { manifest } }: ReportInput): string[] {
  const models = manifest.candidates.length;
  return [
    manifest.suite.title,
    `${count(decision.cases)} cases × ${count(models)} ${models === 1 ? "model" : "models"}${decision.repeats === 1 ? "" : ` × ${count(decision.repeats)} repeats`}`,
    `run ${manifest.startedAt.slice(0, 16).replace("T", " ")} UTC`,
    `seed ${manifest.seed}`,
  ];
}

function incompleteText({ run: { status, totals } }: ReportInput): string {
  const state = status === "running" ? "This run had not finished" : "This run is incomplete";
  const missing = totals === null ? "" : `: ${count(totals.missing)} of ${count(totals.planned)} trials are missing`;
  return `${state}${missing}. A missing answer counts against the candidate.`;
}
