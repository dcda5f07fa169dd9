import type { Growing, Piece, ReportFrame, ReportInput } from "../domain/detail.ts";
import { answerView } from "./html/answer.ts";
import { cspHash, pageTemplate, readScript, readStyle } from "./html/assets.ts";
import { basisView } from "./html/basis.ts";
import { createBlocks, levelFor, pack } from "./html/blocks.ts";
import { createIndex } from "./html/case-index.ts";
import { caseData, casesView, pageData } from "./html/cases.ts";
import { castOf, definitions, track } from "./html/marks.ts";
import { modelsView } from "./html/models.ts";
import { picturesView } from "./html/pictures.ts";
import { jsonBlock, markup, sentenceParts } from "./html/text.ts";
import { visibleDeep } from "./html/visible.ts";
import { offersWhatIf, weighs, whatIfData, whatIfView } from "./html/what-if.ts";
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

/** How the page is written. */
export interface HtmlOptions {
  /** Takes secrets out of what is packed; what is not packed, the writer scrubs itself. */
  readonly scrub?: (text: string) => string;
  /** Given: blocks of cases go to files of these names in `shards/` beside the page, which then loads them. */
  readonly writeShard?: (name: string, text: string) => void;
}

/**
 * The whole report as one HTML page that opens from disk, loads nothing and runs no code but its own. A pure function of
 * what it is given: the same run gives the same bytes. Answers stand in it as packed blocks that the page inflates when asked.
 */
export function htmlReport(frame: ReportFrame, options: HtmlOptions = {}): Growing {
  const { scrub = (text: string) => text, writeShard } = options;
  assets ??= { page: pageTemplate(), style: readStyle(), script: readScript() };
  const { script } = assets;
  const cast = castOf(frame.manifest);
  const level = levelFor(frame.manifest.order.length);
  const index = createIndex(frame, cast, { level, scrub, emit: dataBlock });
  const blocks = createBlocks(level, (at, packed) => {
    if (writeShard === undefined) return dataBlock(`b${at}`, packed);
    writeShard(`${at}.js`, `signalboxShard(${at},"${packed}");\n`);
    return "";
  });
  return {
    start: (input) => startOf(input, assets as Assets, writeShard !== undefined),
    add(item) {
      return joined([index.add(item), blocks.add(scrub(JSON.stringify(caseData(item, cast))))]);
    },
    async end(input) {
      const last = await blocks.end();
      const listed = await index.end(blocks.firsts);
      const explored = await whatIfBlocks(input, { scrub, level });
      return `${last}${listed}${explored}<script>${script}</script>\n</body>\n</html>\n`;
    },
  };
}

/** Two pieces as one: at once where neither is still in the making. */
function joined(pieces: readonly Piece[]): Piece {
  if (pieces.every((piece) => typeof piece === "string")) return pieces.join("");
  return Promise.all(pieces).then((texts) => texts.join(""));
}

/** What the sliders of "what if" read: what is precomputed, and the numbers where their weights may be moved too. */
async function whatIfBlocks(
  input: ReportInput,
  { scrub, level }: { readonly scrub: (text: string) => string; readonly level: number },
): Promise<string> {
  if (!offersWhatIf(input)) return "";
  const block = async (id: string, value: unknown) => dataBlock(id, await pack(scrub(JSON.stringify(value)), level));
  const stops = await block("stops", input.stops);
  return weighs(input.numbers) ? `${stops}${await block("numbers", whatIfData(input.numbers))}` : stops;
}

// Inert: to a browser a script of this type is a block of data. Base64 holds nothing that could end it.
function dataBlock(id: string, packed: string): string {
  return `<script type="application/octet-stream" id="${id}">${packed}</script>\n`;
}

function startOf(input: ReportInput, { page, style, script }: Assets, bundle: boolean): string {
  const { numbers, stops, ...shown } = input;
  const safe = { ...visibleDeep(shown), numbers, stops };
  const { decision, run } = safe;
  const { manifest } = run;
  const cast = castOf(manifest);
  const title = headline(decision);
  const simulated = manifest.source === "simulated";
  return page({
    pageTitle: `${manifest.suite.id}: which model should serve it? Signalbox report${simulated ? " (simulated)" : ""}`,
    styleHash: cspHash(style),
    scriptHash: cspHash(script),
    shards: bundle,
    style: markup(style),
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
    whatIf: whatIfView(input, cast),
    cases: casesView(safe, cast),
    basis: basisView(safe, cast),
    data: jsonBlock({ ...pageData(safe, cast), shards: bundle }),
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
