import { z } from "zod";
import type { Embedder, Embedding } from "../../ports.ts";
import { AtLeast, graded, type Rule, type ScorerServices, scored } from "../rule.ts";
import { acceptedOf, TextTarget } from "../text-target.ts";

const Options = z.strictObject({
  /** Id of an embedder of the catalogue; without it, the first one. */
  embedder: z.string().optional(),
  atLeast: AtLeast,
});

/** Embedders take no more than some 8,000 tokens. */
const MOST_CHARACTERS = 16_000;

/** How near the answer is to the target in meaning: the cosine of their embeddings, 0 where it is negative; the best of what is accepted. */
export const similarity: Rule<TextTarget, z.infer<typeof Options>> = {
  certainty: "heuristic",
  paid: true,
  target: TextTarget,
  options: Options,
  refuses: (_options, _item, target) =>
    acceptedOf(target).some((text) => text.trim() === "") ? "an empty text has no meaning to compare with" : undefined,
  prepare({ embedder: id, atLeast }, services: ScorerServices) {
    const embedder = services.embedder?.(id);
    return async ({ case: item, completion, signal }, target) => {
      if (embedder === undefined) return { state: "unscored", reason: "no embedder" };
      if (completion.text.trim() === "") return scored(0, "is empty");
      const texts = [completion.text, ...acceptedOf(target)];
      const embeddings = await Promise.all(texts.map((text) => embed(embedder, text, { caseId: item.id, signal })));
      const costUsd = totalOf(embeddings);
      const paid = costUsd === undefined ? { unpriced: true as const } : { costUsd };
      const failed = embeddings.find((each) => each.state === "failed");
      if (failed !== undefined) return { state: "unscored", reason: `embedding failed: ${failed.reason}`, ...paid };
      const [answer = [], ...accepted] = embeddings.map((each) => (each.state === "embedded" ? each.vector : []));
      if (accepted.some(({ length }) => length !== answer.length)) {
        return { state: "unscored", reason: "embedding failed: vectors of different length", ...paid };
      }
      const nearest = Math.max(...accepted.map((vector) => cosine(answer, vector)));
      return { ...graded(nearest, `cosine, ${embedder.model}`, atLeast), ...paid };
    };
  },
};

function embed(embedder: Embedder, text: string, call: { caseId: string; signal: AbortSignal }): Promise<Embedding> {
  // A text that ends in half a character would be refused as no JSON.
  return embedder.embed({ text: text.slice(0, MOST_CHARACTERS).toWellFormed(), ...call });
}

function totalOf(embeddings: readonly Embedding[]): number | undefined {
  return embeddings.reduce<number | undefined>(
    (sum, { costUsd }) => (sum === undefined || costUsd === undefined ? undefined : sum + costUsd),
    0,
  );
}

/** In [0, 1]. */
function cosine(left: readonly number[], right: readonly number[]): number {
  let dot = 0;
  let ofLeft = 0;
  let ofRight = 0;
  left.forEach((value, at) => {
    const other = right[at] ?? 0;
    dot += value * other;
    ofLeft += value * value;
    ofRight += other * other;
  });
  const norm = Math.sqrt(ofLeft * ofRight);
  return norm === 0 ? 0 : Math.min(1, Math.max(0, dot / norm));
}
