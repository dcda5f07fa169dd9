import type { SynthesisTarget } from "../../scorers/synthesis.ts";

type Point = SynthesisTarget["keyPoints"][number];

/** A source that is not cited carries a point better if it holds so many times the words of one that is ... */
const TIMES = 1.5;
/** ... and so much more of them by weight: about two words that no other source has. */
const MORE = 2.7;
/** Endings do not count. */
const STEM = 6;
const STOP_WORDS = new Set(
  (
    "the a an of to in and or is are was were be been for on at by with from that this it its as not no than but so if per " +
    "which who what has have had do does did will would can could should may might their they them our we us he she his her " +
    "you your about into over under only also more most less one two all any some there here then s"
  ).split(" "),
);

/**
 * Cited sources that seem not to carry a point: another source, not cited, holds far more of its words. Words that few
 * sources have weigh more. Gaps are carried by no source, and a computed figure need not stand in one.
 * @param texts by source id
 * @returns pairs of ids: the cited source, and the one that seems meant
 */
export function miscited(
  { kind, text, sources }: Pick<Point, "kind" | "text" | "sources">,
  texts: ReadonlyMap<string, string>,
): { readonly cited: string; readonly better: string }[] {
  if (kind === "gap" || kind === "figure") return [];
  const held = new Map([...texts].map(([id, source]) => [id, stemsOf(source)]));
  const weights = new Map<string, number>();
  for (const word of stemsOf(text.replace(/\bS\d+\b/g, ""))) {
    const holders = [...held.values()].filter((words) => words.has(word)).length;
    if (holders > 0) weights.set(word, Math.log((held.size + 1) / holders));
  }
  const carriedBy = (ids: readonly string[]) =>
    [...weights].reduce((sum, [word, weight]) => (ids.some((id) => held.get(id)?.has(word)) ? sum + weight : sum), 0);
  const others = [...texts.keys()].filter((id) => !sources.includes(id));
  return sources.flatMap((cited) => {
    const rest = sources.filter((id) => id !== cited);
    const base = carriedBy(rest);
    const own = carriedBy([cited, ...rest]) - base;
    const gains = others.map((id) => ({ id, gain: carriedBy([id, ...rest]) - base }));
    const best = gains.sort((a, b) => b.gain - a.gain)[0];
    return best !== undefined && best.gain > TIMES * own && best.gain - own > MORE ? [{ cited, better: best.id }] : [];
  });
}

function stemsOf(text: string): Set<string> {
  const words =
    text
      .toLowerCase()
      .replaceAll(",", "")
      .match(/[\p{L}]+|\d[\d.]*\d|\d/gu) ?? [];
  return new Set(
    words.flatMap((word) => {
      if (/^\d/.test(word)) return [word];
      return STOP_WORDS.has(word) || word.length < 3 ? [] : [word.slice(0, STEM)];
    }),
  );
}
