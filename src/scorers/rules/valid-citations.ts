import { z } from "zod";
import { citedIds, few, LEADING_CITATIONS, sourceIds } from "../cited-ids.ts";
import { statesFigure } from "../figures.ts";
import { foldText } from "../passages.ts";
import { quotes, type Rule, scored } from "../rule.ts";

const Options = z.strictObject({
  /** Which sentences must cite a source. */
  claims: z.enum(["none", "figures"]).default("none"),
});

/** The citations name sources that exist, and every sentence that must cite one does. Needs no key points. */
export const validCitations: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "heuristic",
  target: z.unknown(),
  options: Options,
  refuses: (_options, { vars }) => (sourceIds(vars.sources).size === 0 ? "its vars.sources have no ids" : undefined),
  prepare:
    ({ claims }) =>
    ({ case: item, completion }) => {
      const known = sourceIds(item.vars.sources);
      const cited = citedIds(foldText(completion.text));
      const unknown = cited.filter((id) => !known.has(id));
      const faults = unknown.length === 0 ? [] : [`no such source: ${few([...new Set(unknown)])}`];
      if (claims === "none") {
        if (cited.length === 0) return scored(0, "cites nothing");
        const right = cited.length - unknown.length;
        return scored(right / cited.length, faults[0] ?? `cites ${cited.length} times, each a source`);
      }
      const stated = sentencesOf(completion.text).filter(statesFigure);
      const bare = stated.filter((sentence) => !citedIds(foldText(sentence)).some((id) => known.has(id)));
      if (bare.length > 0) faults.push(`no source for: ${quotes(bare)}`);
      const total = stated.length + unknown.length;
      const value = total === 0 ? 1 : (stated.length - bare.length) / total;
      return scored(
        value,
        faults.length === 0 ? `${stated.length} with figures, each with a source` : faults.join("; "),
      );
    },
};

/** Sentences and lines, each with the citations that stand after its stop. */
function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  for (const piece of text.split(/(?<=[.!?;])["')]*\s+|\n+/)) {
    const late = LEADING_CITATIONS.exec(piece)?.[0] ?? "";
    if (late !== "" && sentences.length > 0) sentences[sentences.length - 1] += ` ${late}`;
    if (piece.length > late.length) sentences.push(piece.slice(late.length));
  }
  return sentences;
}
