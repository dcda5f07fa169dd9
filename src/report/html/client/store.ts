import { CaseColumns } from "../case-columns.ts";
import type { CaseData, IndexHead } from "../page-data.ts";
import { visibleDeep } from "../visible.ts";
import { byId, element } from "./dom.ts";

/** Blocks that stay inflated: going to and fro between neighbours costs nothing. */
const KEPT = 6;

/** What lists, sorts and filters cases without opening one. */
export interface CaseIndex {
  readonly ids: readonly string[];
  /** First lines of the questions. */
  readonly titles: readonly string[];
  readonly columns: CaseColumns;
  readonly tagNames: readonly string[];
  /** The first case of each block. */
  readonly firsts: readonly number[];
}

/** The cases of the page, inflated when they are asked for. */
export interface Store {
  readonly index: CaseIndex;
  caseAt(at: number): Promise<CaseData>;
  /** The cases of each block as lines of JSON, with the index of its first. */
  lines(block: number): Promise<{ readonly first: number; readonly lines: readonly string[] }>;
}

/** Opens the packed data of the page. */
export async function openStore(): Promise<Store> {
  const index = await openIndex();
  const { firsts } = index;
  const kept = new Map<number, Promise<readonly string[]>>();

  function linesOf(block: number): Promise<readonly string[]> {
    const known =
      kept.get(block) ??
      packed(block)
        .then(inflate)
        .then((text) => text.split("\n"));
    // Last in, last out: a Map keeps the order of its keys.
    kept.delete(block);
    kept.set(block, known);
    for (const old of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(old);
    }
    return known;
  }

  return {
    index,
    async caseAt(at) {
      const block = firsts.findLastIndex((first) => first <= at);
      const lines = await linesOf(block);
      return visibleDeep(JSON.parse(lines[at - (firsts[block] ?? 0)] ?? "null"));
    },
    async lines(block) {
      return { first: firsts[block] ?? 0, lines: await linesOf(block) };
    },
  };
}

async function openIndex(): Promise<CaseIndex> {
  const head: IndexHead = JSON.parse(await inflate(textOf("index")));
  const [bytes, ...names] = await Promise.all([
    inflated(textOf("columns")).arrayBuffer(),
    ...Array.from({ length: head.names }, (_, block) => inflate(textOf(`n${block}`))),
  ]);
  const named = names.flatMap((text) => text.split("\n").map((line): [string, string] => JSON.parse(line)));
  return {
    ids: named.map(([id]) => id),
    titles: named.map(([, title]) => title),
    columns: new CaseColumns(head.shape, bytes),
    tagNames: head.tagNames,
    firsts: head.firsts,
  };
}

function textOf(id: string): string {
  return byId(id).textContent ?? "";
}

/** What `pack` packed of a text. */
export function inflate(base64: string): Promise<string> {
  return inflated(base64).text();
}

function inflated(base64: string): Response {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")));
}

const arrived = new Map<number, (packed: string) => void>();

/** A block stands in the page, or, in a bundle, in a script beside it that hands it over by a call. */
async function packed(block: number): Promise<string> {
  const inPage = document.getElementById(`b${block}`);
  if (inPage !== null) return inPage.textContent ?? "";
  return new Promise((resolve, reject) => {
    arrived.set(block, resolve);
    const script = element("script", { src: `shards/${block}.js` });
    script.addEventListener("error", () => reject(new Error(`shards/${block}.js is not beside the page`)));
    script.addEventListener("load", () => script.remove());
    document.head.append(script);
  });
}

declare global {
  interface Window {
    signalboxShard(block: number, packed: string): void;
  }
}

window.signalboxShard = (block, text) => {
  arrived.get(block)?.(text);
  arrived.delete(block);
};
