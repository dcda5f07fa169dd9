import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";

type Issue = z.core.$ZodIssue;
type Path = (string | number)[];

/**
 * The first fault that zod found, as `path: message`. More are counted.
 * `path` leads to what is at fault: for a field that should not be there, to the field.
 */
export function describeIssues(error: z.ZodError): { path: Path; text: string } {
  const [issue, ...rest] = error.issues;
  if (issue === undefined) return { path: [], text: "is not valid." };
  const first = innermost(issue);
  const path = first.path.map((part) => (typeof part === "number" ? part : String(part)));
  const name = path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
    "",
  );
  const others = rest.length + first.others;
  const more = others === 0 ? "" : ` (and ${others} more)`;
  const text = `${name === "" ? "" : `${name}: `}${first.message}${more}.`;
  return { path: [...path, ...first.keys.slice(0, 1)], text };
}

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Fields that should not be there. */
  readonly keys: readonly string[];
  /** Faults beside it in the same alternative. */
  readonly others: number;
}

/** Of a union, the fault in the alternative that was meant: one whose type fits and whose content does not. */
function innermost(issue: Issue): Fault {
  const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
  const plain = { path: issue.path, message: issue.message, keys, others: 0 };
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return plain;
  const meant = issue.errors
    .filter(([first]) => first !== undefined && !isOfAnotherType(first))
    .sort((a, b) => a.length - b.length)[0];
  if (meant === undefined) {
    const wanted = issue.errors.map(([first]) => first?.message.replace(/^Invalid input: /, ""));
    return { ...plain, message: `Invalid input: ${[...new Set(wanted)].join(", or ")}` };
  }
  const inner = innermost(meant[0] as Issue);
  return { ...inner, path: [...issue.path, ...inner.path], others: inner.others + meant.length - 1 };
}

function isOfAnotherType({ code, path }: Issue): boolean {
  return path.length === 0 && (code === "invalid_type" || code === "invalid_value" || code === "custom");
}

/** `Did you mean "x"?` where a known name is near; else the list of them. */
export function suggest(name: string, known: readonly string[]): string {
  if (known.length === 0) return "There is none.";
  const near = closest(name, [...known]);
  if (distance(name, near) <= Math.max(2, Math.floor(name.length / 3))) return `Did you mean "${near}"?`;
  return `Known: ${known.join(", ")}.`;
}
