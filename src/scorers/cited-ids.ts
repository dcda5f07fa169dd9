import { z } from "zod";

const Sources = z.array(z.looseObject({ id: z.string() }));

/** Ids in capitals: how an answer writes them does not matter. */
export function sourceIds(sources: unknown): Set<string> {
  const parsed = Sources.safeParse(sources);
  return new Set(parsed.success ? parsed.data.map(({ id }) => id.toUpperCase()) : []);
}

// The prompt asks for square brackets, and what stands in round ones, or in none, is not a citation. `[S1, p. 2]` is.
const ID = "[A-Za-z]{1,20}\\d{1,9}";
const CITATION = new RegExp(
  `\\[ ?\\^?(?:sources? )?(${ID}(?:(?:\\s?[,;&/-]\\s?|\\sand\\s)${ID})*)(?:[,:;]? [^\\[\\]]{0,60})? ?\\]`,
  "gi",
);

/** The ids that a folded text cites, in capitals, each as often as it is cited. */
export function citedIds(text: string): string[] {
  return [...text.matchAll(CITATION)].flatMap((hit) => {
    const ids = (hit[1] as string).match(new RegExp(ID, "g")) ?? [];
    return ids.map((id) => id.toUpperCase());
  });
}

/** Citations that stand before anything else: those of the sentence before, after its stop. */
export const LEADING_CITATIONS = /^(?:\[[^[\]]{1,80}\] ?)+/;

/** The first of a list of ids. */
export function few(ids: readonly string[]): string {
  const most = 5;
  return `${ids.slice(0, most).join(", ")}${ids.length > most ? ` and ${ids.length - most} more` : ""}`;
}
