import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";

/** The first fault that zod found, as `path: message`. More are counted. */
export function describeIssues(error: z.ZodError): { path: (string | number)[]; text: string } {
  const [first, ...rest] = error.issues;
  if (first === undefined) return { path: [], text: "is not valid." };
  const path = first.path.map((part) => (typeof part === "number" ? part : String(part)));
  const name = path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
    "",
  );
  const more = rest.length === 0 ? "" : ` (and ${rest.length} more)`;
  return { path, text: `${name === "" ? "" : `${name}: `}${first.message}${more}.` };
}

/** `Did you mean "x"?` where a known name is near; else the list of them. */
export function suggest(name: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const near = closest(name, [...known]);
  if (distance(name, near) <= Math.max(2, Math.floor(name.length / 3))) return `Did you mean "${near}"?`;
  return `Known: ${known.join(", ")}.`;
}
