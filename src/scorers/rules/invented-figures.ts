import { z } from "zod";
import type { Case } from "../../domain/case.ts";
import { inventedFigures, knownFigures } from "../figures.ts";
import { memo } from "../memo.ts";
import { quotes, type Rule, scored } from "../rule.ts";

const NoOptions = z.strictObject({});

/** Figures that a right answer may compute, and key points that name more of them. */
const Extra = z
  .looseObject({
    figures: z.array(z.looseObject({ value: z.number(), how: z.string().default("") })).catch([]),
    keyPoints: z.array(z.looseObject({ text: z.string() })).catch([]),
  })
  .catch({ figures: [], keyPoints: [] });

/** All that the answer may draw on: the question, its material, and the figures that its target computes. */
const knownTo = memo(({ input, vars, target }: Case) => {
  const { figures, keyPoints } = Extra.parse(target);
  const asked = typeof input === "string" ? [input] : input.map(({ content }) => content);
  // A target that states no key points states the answer. What is forbidden is no figure that anybody gives.
  const answer = keyPoints.length > 0 ? [] : textsIn(target);
  const texts = [
    ...asked,
    ...textsIn(vars),
    ...answer,
    ...figures.map(({ how }) => how),
    ...keyPoints.map(({ text }) => text),
  ];
  return knownFigures(
    texts,
    figures.map(({ value }) => value),
  );
});

/**
 * 1 without an invented figure; each one halves it. A figure is invented where neither the question nor its material
 * has it, the target does not compute it, and the answer writes out no computation that gives it.
 */
export const inventedFiguresRule: Rule<unknown, z.infer<typeof NoOptions>> = {
  certainty: "heuristic",
  target: z.unknown(),
  options: NoOptions,
  prepare:
    () =>
    ({ case: item, completion }) => {
      const invented = inventedFigures(completion.text, knownTo(item));
      if (invented.length === 0) return scored(1, "every figure is in the material, or is computed");
      const figures = invented.length === 1 ? "a figure" : `${invented.length} figures`;
      return scored(0.5 ** invented.length, `states ${figures} that nothing gives: ${quotes(invented)}`);
    },
};

/** Every text and number in a value, as texts. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
