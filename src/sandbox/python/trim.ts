/**
 * Cuts Pyodide down to what a realm for one solution needs. Its module exports 8,500 names so that native packages can be
 * linked to it; nothing is linked here, and wiring them up took two thirds of the time that a fresh realm takes.
 * Made for the version that package.json pins, and it throws where another one differs.
 */

const MEMORY_SECTION = 5;
const EXPORT_SECTION = 7;
const HEADER_BYTES = 8;

// `_f=Module["_f"]=wasmExports["f"];`, with the last one of the function before its brace.
const WIRING = /[\w$]+=(?:Module\["[\w$]+"\]=)?wasmExports\["([\w$]+)"\](?:\.value)?(?:>>>0)?(?:;|(?=\}))/g;

// What serves dynamic linking alone: entering all exports in a table, and a look at each of 14,000 functions.
const IDLE = ["updateGOT(origExports);", "updateTableMap(0,wasmTable.length)"];
const SIGNATURE = /[\w$]+\.sig="\w+";/g;

/** The exports that the glue or the loader mention apart from declaring and wiring them. */
export function neededExports(glue: string, loader: string, exported: readonly string[]): Set<string> {
  const wiring = find(glue, "function assignWasmExports(");
  const declared = glue.lastIndexOf("var ", wiring);
  const rest = glue.slice(0, declared) + glue.slice(wiring).replace(WIRING, "") + loader;
  const words = new Set(rest.match(/[\w$]+/g));
  return new Set(exported.filter((name) => words.has(name) || words.has(`_${name}`)));
}

/** The glue as a script that evaluates to the factory, wiring what is needed and linking nothing. */
export function trimGlue(glue: string, needed: ReadonlySet<string>): string {
  const module = "export default _createPyodideModule;";
  const script = `${glue.slice(0, find(glue, module))}_createPyodideModule`;
  for (const idle of IDLE) find(script, idle);
  return IDLE.reduce((text, idle) => text.replace(idle, ""), script)
    .replaceAll("import.meta.url", '"file:///pyodide.asm.mjs"')
    .replace(SIGNATURE, "")
    .replace(WIRING, (all, name: string) => (needed.has(name) ? all : ""));
}

function find(text: string, what: string): number {
  const at = text.indexOf(what);
  if (at < 0) throw new Error(`this version of Pyodide is built in another way: it has no "${what}"`);
  return at;
}

/** The module with the needed exports alone, and with a memory of `pages.initial` that can never exceed `pages.maximum`. */
export function trimWasm(
  bytes: Uint8Array,
  needed: ReadonlySet<string>,
  pages: { readonly initial: number; readonly maximum: number },
): Uint8Array {
  const reader = new Reader(bytes, HEADER_BYTES);
  const parts: Uint8Array[] = [bytes.subarray(0, HEADER_BYTES)];
  while (reader.at < bytes.length) {
    const start = reader.at;
    const id = reader.byte();
    const size = reader.number();
    const end = reader.at + size;
    if (id === MEMORY_SECTION) {
      parts.push(section(id, [Uint8Array.from([1, 1, ...leb(pages.initial), ...leb(pages.maximum)])]));
    } else if (id === EXPORT_SECTION) {
      const kept = readExports(reader).filter(({ name }) => needed.has(name));
      parts.push(section(id, [Uint8Array.from(leb(kept.length)), ...kept.map((each) => each.bytes)]));
    } else {
      parts.push(bytes.subarray(start, end));
    }
    reader.at = end;
  }
  return Buffer.concat(parts);
}

/** The first section with the header before it: all that the glue reads of the module's bytes. */
export function headOf(bytes: Uint8Array): Uint8Array {
  const reader = new Reader(bytes, HEADER_BYTES + 1);
  const size = reader.number();
  return bytes.subarray(0, reader.at + size);
}

function readExports(reader: Reader): { name: string; bytes: Uint8Array }[] {
  return Array.from({ length: reader.number() }, () => {
    const start = reader.at;
    const name = reader.text(reader.number());
    reader.byte();
    reader.number();
    return { name, bytes: reader.bytes.subarray(start, reader.at) };
  });
}

function section(id: number, parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.from([id, ...leb(body.length)]), body]);
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...leb(Math.floor(value / 128))];
}

class Reader {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.bytes[this.at++]!;
  }

  number(): number {
    const byte = this.byte();
    return byte < 128 ? byte : byte - 128 + 128 * this.number();
  }

  text(length: number): string {
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  }
}
