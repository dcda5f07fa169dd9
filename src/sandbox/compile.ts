import { transform } from "sucrase";

/** Source that QuickJS can load as a script, or why there is none. */
export type Compiled = { readonly source: string } | { readonly message: string };

/**
 * Parses a solution and takes the types out of TypeScript. Enums, parameter properties and abstract classes run.
 * A namespace with content does not: sucrase would drop it in silence, so it is an error here. JavaScript stays as it is,
 * and only what does not parse is found. Call it where a hostile text may hang: sucrase has no time limit.
 */
export function compile(language: "javascript" | "typescript", code: string): Compiled {
  const namespace = language === "typescript" ? findNamespace(code) : undefined;
  if (namespace !== undefined) {
    return { message: `namespace ${namespace}: namespaces are not supported here. Use an object or a class instead.` };
  }
  try {
    const { code: source } = transform(code, {
      transforms: language === "typescript" ? ["typescript"] : [],
      disableESTransforms: true,
    });
    return { source: language === "typescript" ? source : code };
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
}

/** The name of the first namespace that holds more than types; `declare namespace` and type-only ones vanish rightly. */
function findNamespace(code: string): string | undefined {
  for (const match of code.matchAll(/^[ \t]*(?:export[ \t]+)?(?:namespace|module)[ \t]+([\w$.]+)\s*\{/gm)) {
    const start = match.index + match[0].length;
    if (/\b(?:function|const|let|var|class|enum)\b/.test(code.slice(start, closingBrace(code, start)))) return match[1];
  }
  return undefined;
}

/** Where the brace closes that is open at a place. One inside a text counts as well: types seldom hold any. */
function closingBrace(code: string, place: number): number {
  let depth = 1;
  let at = place;
  for (; at < code.length && depth > 0; at++) depth += code[at] === "{" ? 1 : code[at] === "}" ? -1 : 0;
  return at;
}
