import { z } from "zod";
import { citedIds, few, LEADING_CITATIONS, sourceIds } from "../cited-ids.ts";
import { foldText } from "../passages.ts";
import { sentencesUnderHeads } from "../reading.ts";
import { type Rule, scored } from "../rule.ts";
import { listOf, POINT_SPAN, pointsOf, SynthesisTarget } from "../synthesis.ts";

const NoOptions = z.strictObject({});

/**
 * The share of citations that are right: of the key points made from sources, those that cite one of their sources in
 * the same passage, less the citations of sources that do not exist. 0 where nothing is cited.
 */
export const citations: Rule<SynthesisTarget, z.infer<typeof NoOptions>> = {
  certainty: "heuristic",
  target: SynthesisTarget,
  options: NoOptions,
  prepare:
    () =>
    ({ case: item, completion }, target) => {
      const known = sourceIds(item.vars.sources);
      const sentences = sentencesUnderHeads(completion.text);
      const cited = citedIds(foldText(completion.text));
      const unknown = cited.filter((id) => !known.has(id));
      let needed = 0;
      const bare: { text: string }[] = [];
      for (const point of pointsOf(target)) {
        const at = point.sources.length === 0 ? -1 : point.pattern.find(sentences);
        if (at < 0) continue;
        needed += 1;
        const wanted = point.sources.map((id) => id.toUpperCase());
        if (!citedIds(passageAt(sentences, at)).some((id) => wanted.includes(id))) bare.push(point);
      }
      if (needed === 0)
        return scored(cited.length > 0 && unknown.length === 0 ? 1 : 0, "makes no key point from a source");
      const value = (needed - bare.length) / (needed + unknown.length);
      const faults = [
        ...(bare.length > 0 ? [`not cited: ${listOf(bare)}`] : []),
        ...(unknown.length > 0 ? [`no such source: ${few([...new Set(unknown)])}`] : []),
      ];
      return scored(
        value,
        faults.length === 0 ? `${needed} key point${needed === 1 ? "" : "s"} cited` : faults.join("; "),
      );
    },
};

/** The passage from a sentence on, with the citations that stand after its last stop: `It fell by 4 %. [S1]`. */
function passageAt(sentences: readonly string[], at: number): string {
  const next = sentences[at + POINT_SPAN] ?? "";
  return [...sentences.slice(at, at + POINT_SPAN), LEADING_CITATIONS.exec(next)?.[0] ?? ""].join(" ");
}
