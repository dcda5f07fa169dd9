import type { AnswerDetail, CaseDetail, Piece, ReportFrame } from "../../domain/detail.ts";
import { createBlocks, pack } from "./blocks.ts";
import { CaseColumns } from "./case-columns.ts";
import { firstLine } from "./first-line.ts";
import type { Cast } from "./marks.ts";
import type { IndexHead } from "./page-data.ts";
import { visible } from "./visible.ts";

/** What the page needs to list, sort and filter cases without opening one. */
interface IndexWriter {
  /** Adds a case; returns a block of names that it fills, or nothing. */
  add(item: CaseDetail): Piece;
  /** The rest. */
  end(firsts: readonly number[]): Promise<string>;
}

/**
 * Names and first lines go into blocks as they come and the numbers into columns, so that a case costs the writer some twenty
 * bytes.
 */
export function createIndex(
  { manifest, tags: known }: ReportFrame,
  cast: Cast,
  options: {
    readonly level: number;
    readonly scrub: (text: string) => string;
    readonly emit: (id: string, packed: string) => string;
  },
): IndexWriter {
  const { level, scrub, emit } = options;
  const tags = Object.keys(known);
  const tagNames = Object.entries(known).flatMap(([tag, values]) => values.map((value) => `${tag}=${value}`));
  const tagAt = new Map(tagNames.map((name, at) => [name, at]));
  const shape = { cases: manifest.order.length, models: cast.ids.length, tags: tags.length };
  const columns = new CaseColumns(shape);
  const names = createBlocks(level, (block, packed) => emit(`n${block}`, packed));
  let seen = 0;
  return {
    add(item) {
      const answers = cast.ids.map((id) => item.answers.filter(({ candidate }) => candidate === id));
      columns.set(seen++, {
        quality: answers.map(qualityOf),
        failed: answers.map((each) => each.some(isFaulty)),
        dispute: Math.max(0, ...item.answers.map(disputeOf)),
        tags: tags.map((tag) => tagAt.get(`${tag}=${item.tags[tag]}`)),
      });
      return names.add(scrub(JSON.stringify([visible(item.id), visible(firstLine(item.input))])));
    },
    async end(firsts) {
      const last = await names.end();
      const head: IndexHead = { shape, firsts, names: names.firsts.length, tagNames: tagNames.map(visible) };
      const blocks = await Promise.all([
        pack(scrub(JSON.stringify(head)), level),
        pack(new Uint8Array(columns.bytes), level),
      ]);
      return `${last}${emit("index", blocks[0])}${emit("columns", blocks[1])}`;
    },
  };
}

function isFaulty({ failure, scores }: AnswerDetail): boolean {
  return failure !== undefined || Object.values(scores).some(({ state }) => state === "unscored");
}

/** Where the case stands in the list; with repeats, between them. Null where a repeat has no quality. */
function qualityOf(answers: readonly AnswerDetail[]): number | null {
  const known = answers.flatMap(({ quality }) => quality ?? []);
  return answers.length === 0 || known.length < answers.length
    ? null
    : known.reduce((sum, quality) => sum + quality, 0) / known.length;
}

/** How far the scorers of an answer lie apart. */
function disputeOf({ scores }: AnswerDetail): number {
  const values = Object.values(scores).flatMap((score) => (score.state === "scored" ? [score.value] : []));
  return values.length < 2 ? 0 : Math.max(...values) - Math.min(...values);
}
