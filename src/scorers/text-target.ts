import { z } from "zod";

/** A target that is a text. `accept` names every text that is right; without it, `text` alone is. */
export const TextTarget = z.union([
  z.string(),
  z.number(),
  z.looseObject({ text: z.string(), accept: z.array(z.string()).min(1).optional() }),
]);
export type TextTarget = z.infer<typeof TextTarget>;

/** The texts that are right. */
export function acceptedOf(target: TextTarget): readonly string[] {
  if (typeof target !== "object") return [String(target)];
  return target.accept ?? [target.text];
}
