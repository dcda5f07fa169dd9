import { diffWordsWithSpace } from "diff";
import { element } from "./dom.ts";

/** Longer than this, in ms, nobody waits for marks. */
const PATIENCE_MS = 250;

/** A text with the words marked that only it has, beside another. Unmarked, with a note, where the two are too long to compare. */
export function marked(text: string, other: string, side: "reference" | "candidate"): Node[] {
  const changes = diffWordsWithSpace(other, text, { timeout: PATIENCE_MS });
  const body = element("pre", { class: "said", dir: "auto" });
  if (changes === undefined) {
    body.append(text);
    return [element("p", { class: "note" }, ["Too long and too different to mark word by word."]), body];
  }
  const name = side === "reference" ? "del" : "ins";
  for (const { value, added, removed } of changes) {
    if (removed) continue;
    body.append(added ? element(name, {}, [value]) : value);
  }
  return [body];
}
