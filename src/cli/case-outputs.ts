import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { CaseDetail, Growing, Piece, ReportFrame, ReportInput } from "../domain/detail.ts";
import type { CaseFacts, Manifest } from "../domain/run.ts";
import { BYTE_ORDER_MARK, csvReport } from "../report/csv.ts";
import { htmlReport } from "../report/html.ts";
import type { Keys } from "./keys.ts";
import { BUNDLE, OUTPUTS } from "./outputs.ts";
import { kept, openDraft, PieceWriter, writeWhole } from "./write.ts";

/** How the outputs of a run that grow with its cases are written. */
export interface CaseOutputOptions {
  readonly frame: ReportFrame;
  /** Of the run. */
  readonly directory: string;
  readonly keys: Pick<Keys, "scrub">;
  /** The cases with every answer to them, in test order; walked once. */
  readonly details: Iterable<CaseDetail>;
  /** Write the page as a folder, its answers as scripts beside it. */
  readonly bundle?: boolean | undefined;
  /** Start CSV files with a byte order mark: Excel reads them as UTF-8 only so. */
  readonly byteOrderMark?: boolean | undefined;
}

interface Output {
  readonly file: string;
  readonly report: Growing;
  /** What was made before the file could be begun. */
  readonly made: Piece[];
}

/**
 * The outputs that grow with the cases of a run: they walk its cases together, once. Cases may be added before it is known what
 * they come to: their pieces wait in memory until the files are written.
 */
export class CaseOutputs {
  readonly #outputs: readonly Output[];
  readonly #scrub: (text: string) => string;
  readonly #details: Iterator<CaseDetail>;

  constructor(options: CaseOutputOptions) {
    const { frame, directory, keys, details, bundle = false, byteOrderMark = false } = options;
    const { scrub } = keys;
    const mark = byteOrderMark ? BYTE_ORDER_MARK : "";
    const table = csvReport(frame);
    const page = bundle
      ? htmlReport(frame, { scrub, writeShard: shardWriter(directory) })
      : htmlReport(frame, { scrub });
    this.#scrub = scrub;
    this.#details = details[Symbol.iterator]();
    this.#outputs = [
      {
        file: join(directory, OUTPUTS.csv),
        report: { ...table, start: (input) => mark + table.start(input) },
        made: [],
      },
      { file: join(directory, bundle ? BUNDLE.page : OUTPUTS.html), report: page, made: [] },
    ];
  }

  /** Adds the next case. */
  addNext(): void {
    const { value: item, done } = this.#details.next();
    if (done === true) return;
    for (const { report, made } of this.#outputs) {
      const piece = report.add(item);
      if (piece !== "") made.push(kept(piece));
    }
  }

  /** Adds the cases that are left, and writes the files: all of them or none. */
  async write(input: ReportInput): Promise<void> {
    const drafts = this.#outputs.map(({ file, report, made }) => {
      const draft = openDraft(file);
      const writer = new PieceWriter(draft);
      // What comes as a promise is packed, and was scrubbed before.
      const put = (piece: Piece) => writer.put(typeof piece === "string" ? this.#scrub(piece) : piece);
      return { draft, report, made, writer, put };
    });
    try {
      for (const { report, made, put } of drafts) {
        await put(report.start(input));
        for (const piece of made.splice(0)) await put(piece);
      }
      for (let next = this.#details.next(); next.done !== true; next = this.#details.next()) {
        for (const { report, put } of drafts) await put(report.add(next.value));
      }
      for (const { report, put } of drafts) await put(report.end(input));
      for (const { writer } of drafts) await writer.end();
    } catch (error) {
      for (const { draft } of drafts) draft.discard();
      throw error;
    } finally {
      this.close();
    }
    for (const { draft } of drafts) draft.commit();
  }

  /** Lets go of what the walk holds. Needs no call after `write`. */
  close(): void {
    this.#details.return?.();
  }
}

function shardWriter(directory: string): (name: string, text: string) => void {
  mkdirSync(join(directory, BUNDLE.shards), { recursive: true });
  return (name, text) => writeWhole(join(directory, BUNDLE.shards, name), text);
}

/** What the cases of a run are shown by. */
export function frameOf(manifest: Manifest, cases: CaseFacts): ReportFrame {
  const seen = new Map<string, Set<string>>();
  for (const { tags } of cases) {
    for (const [tag, value] of Object.entries(tags)) {
      const values = seen.get(tag) ?? new Set<string>();
      seen.set(tag, values.add(value));
    }
  }
  return { manifest, tags: Object.fromEntries([...seen].map(([tag, values]) => [tag, [...values].sort()])) };
}
