import { z } from "zod";
import { messageOf } from "../errors.ts";
import { lastJson } from "./json.ts";
import { unfenced } from "./normal.ts";

/**
 * Where the JSON of an answer stands. `answer`: it is all of the answer, or all of it but a fence of Markdown around
 * it. `whole`: without the fence. `anywhere`: prose around it does not matter.
 */
export const JsonPlace = z.enum(["answer", "whole", "anywhere"]).default("answer");
type JsonPlace = z.infer<typeof JsonPlace>;

/** What an answer says in JSON, or why nothing can be read there. */
export type JsonReading = { readonly value: unknown } | { readonly fault: string };

/** What reads JSON goes down into it; nothing that people write is nested so deeply. */
const DEEPEST = 500;

/** Reads the JSON of an answer. Throws nothing. */
export function readJson(text: string, place: JsonPlace): JsonReading {
  const reading = parse(place === "whole" ? text.trim() : unfenced(text));
  if (place !== "anywhere" || "value" in reading) return reading;
  const fenced = [...text.matchAll(/^[ \t]*```[^\n`]*\n([\s\S]*?)^[ \t]*```/gm)].map((hit) => parse(hit[1] ?? ""));
  const last = fenced.findLast((each) => "value" in each);
  if (last !== undefined) return last;
  const value = lastJson(text, (found) => ({ found }));
  return value === undefined ? { fault: "holds no JSON" } : { value: value.found };
}

function parse(json: string): JsonReading {
  const first = json.trimStart()[0];
  if (first === undefined) return { fault: "is empty" };
  // Most prose ends here: an exception takes ten times as long.
  if (!'{["-0123456789tfn'.includes(first)) return { fault: `is not JSON: Unexpected token '${first}' at its start` };
  try {
    const value: unknown = JSON.parse(json);
    return depthOf(json) > DEEPEST ? { fault: `is nested deeper than ${DEEPEST} levels` } : { value };
  } catch (error) {
    return { fault: `is not JSON: ${messageOf(error).replace(/\s+/g, " ")}` };
  }
}

/** The deepest nesting of brackets outside of strings. */
function depthOf(json: string): number {
  let deepest = 0;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (quoted) {
      if (char === "\\") at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "[" || char === "{") {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (char === "]" || char === "}") depth -= 1;
  }
  return deepest;
}
