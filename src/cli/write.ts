import { closeSync, openSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Piece } from "../domain/detail.ts";
import { UserError } from "../errors.ts";

/** Writes a file whole or not at all: under another name first, then renamed. */
export function writeWhole(file: string, text: string): void {
  const draft = openDraft(file);
  draft.write(text);
  draft.commit();
}

/** A file in the making: nobody sees it before `commit`, and `discard` leaves nothing behind. */
export interface Draft {
  write(text: string): void;
  commit(): void;
  discard(): void;
}

/** Opens a file that is written piece by piece and appears whole. @throws UserError when the disk refuses */
export function openDraft(file: string): Draft {
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}.draft`);
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      const what = `The file cannot be written (${(error as NodeJS.ErrnoException).code}).`;
      throw new UserError({
        where: file,
        what,
        remedy: "Check permissions and free space, or give another folder with --out.",
      });
    }
  };
  const descriptor = guarded(() => openSync(draft, "w"));
  return {
    write: (text) => guarded(() => writeFileSync(descriptor, text)),
    commit() {
      guarded(() => {
        closeSync(descriptor);
        renameSync(draft, file);
      });
    },
    discard() {
      closeSync(descriptor);
      rmSync(draft, { force: true });
    },
  };
}

/** So many pieces may be in the making while the next ones are prepared: memory does not grow with the file. */
const MOST_WAITING = 4;

/** A piece that nobody awaits yet: who does hears of its failure; until then nobody is to be told that nobody listens. */
export function kept(piece: Piece): Piece {
  if (typeof piece !== "string") piece.catch(() => {});
  return piece;
}

/** Writes pieces into a draft in the order in which they are given, some of which are still being made. */
export class PieceWriter {
  readonly #draft: Draft;
  #waiting: Piece[] = [];

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Takes a piece; waits while too many are in the making. */
  async put(piece: Piece): Promise<void> {
    if (piece === "") return;
    this.#waiting.push(kept(piece));
    while (this.#waiting.length > MOST_WAITING || typeof this.#waiting[0] === "string") await this.#writeFirst();
  }

  /** Writes what is still waiting. */
  async end(): Promise<void> {
    while (this.#waiting.length > 0) await this.#writeFirst();
  }

  async #writeFirst(): Promise<void> {
    const piece = this.#waiting.shift();
    if (piece !== undefined) this.#draft.write(typeof piece === "string" ? piece : await piece);
  }
}

const WRITTEN_AT_ONCE = 1 << 16;

/**
 * Two spaces, a newline at the end: a file that people can read and compare. Written piece by piece: the decision over a
 * quarter of a million cases is tens of megabytes of text.
 */
export function writeJson(file: string, value: unknown, scrub: (text: string) => string): void {
  const draft = openDraft(file);
  let held = "";
  for (const piece of jsonPieces(value)) {
    held += piece;
    if (held.length < WRITTEN_AT_ONCE) continue;
    draft.write(scrub(held));
    held = "";
  }
  draft.write(scrub(`${held}\n`));
  draft.commit();
}

/** `JSON.stringify(value, null, 2)` in pieces, of plain data; no string is ever cut. */
export function* jsonPieces(value: unknown, indent = ""): Generator<string> {
  if (typeof value !== "object" || value === null) {
    yield JSON.stringify(value) ?? "null";
    return;
  }
  const isList = Array.isArray(value);
  const [open, close] = isList ? "[]" : "{}";
  const inner = `${indent}  `;
  let before = `${open}\n${inner}`;
  for (const [key, held] of isList ? value.entries() : Object.entries(value)) {
    if (!isList && held === undefined) continue;
    yield isList ? before : `${before}${JSON.stringify(key)}: `;
    yield* jsonPieces(held, inner);
    before = `,\n${inner}`;
  }
  yield before.startsWith(",") ? `\n${indent}${close}` : `${open}${close}`;
}

/** Points `link` at a sibling folder, in one step, so that no reader ever finds it missing. */
export function pointTo(link: string, folder: string): void {
  const draft = `${link}.${process.pid}.draft`;
  rmSync(draft, { force: true });
  symlinkSync(folder, draft, "dir");
  renameSync(draft, link);
}
