import { createHash } from "node:crypto";
import type { Case } from "../domain/case.ts";

/** How labels name what was seen. */
export function seenHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Hash of what was asked: the question, its material and its tools. */
export function questionHash({ input, vars, tools }: Case): string {
  return seenHash(JSON.stringify([input, vars, tools ?? []]));
}
