import type { CaseData } from "../page-data.ts";
import { visibleDeep } from "../visible.ts";
import type { Store } from "./store.ts";

/** How often, in ms, the list may be drawn anew while a search goes on. */
const EVERY_MS = 120;

/** What the search looks for. */
export interface Sought {
  /** Lower case. */
  readonly text: string;
  /** Index of the only model whose answers count; -1 for questions and all answers. */
  readonly model: number;
}

/**
 * Looks through the texts of all cases, block by block, and tells what it has found so far. Ends early when the signal aborts.
 * @param tell the cases found, and the share of the blocks that were looked through
 */
export async function searchTexts(
  store: Store,
  sought: Sought,
  options: { readonly signal: AbortSignal; readonly tell: (found: ReadonlySet<number>, share: number) => void },
): Promise<void> {
  const found = new Set<number>();
  const blocks = store.index.firsts.length;
  // As the text stands in JSON. A line without it cannot hold it; a line with it may hold it in a name of ours.
  const needle = JSON.stringify(sought.text).slice(1, -1);
  let told = performance.now();
  for (let block = 0; block < blocks; block++) {
    const { first, lines } = await store.lines(block);
    if (options.signal.aborted) return;
    for (const [offset, line] of lines.entries()) {
      if (line.toLowerCase().includes(needle) && holds(visibleDeep(JSON.parse(line)), sought))
        found.add(first + offset);
    }
    if (performance.now() - told > EVERY_MS || block === blocks - 1) {
      options.tell(found, (block + 1) / blocks);
      told = performance.now();
      // Lets the page paint and answer keys between blocks.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
}

function holds(item: CaseData, { text, model }: Sought): boolean {
  const answers = item.answers.filter((answer) => model < 0 || answer.model === model);
  const texts = [
    ...(model < 0 ? [item.id, item.input, ...item.reference, ...item.context.map((shown) => shown.text)] : []),
    ...answers.flatMap((answer) => [
      answer.text,
      answer.failure ?? "",
      ...answer.scores.flatMap(({ why, criteria }) => [why, ...criteria.map(({ evidence }) => evidence)]),
    ]),
  ];
  return texts.some((each) => each.toLowerCase().includes(text));
}
