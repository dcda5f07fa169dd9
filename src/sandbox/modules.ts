/** In order; each matches at the start of a line only, which is to say at top level. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/^import\s+(?:(?:(?!\nimport\b)[\w$*\s{},])+?\s+from\s+)?["'][^"'\n]+["'](?:\s+with\s*\{[^{}]*\})?[ \t]*;?/gm, ""],
  [/^export\s+(?:type\s*)?(?:\{[^{}]*\}|\*(?:\s+as\s+[\w$]+)?)(?:\s*from\s*["'][^"'\n]*["'])?[ \t]*;?/gm, ""],
  [/^export\s*\{[^{}]*\}[ \t]*;?/gm, ""],
  [/^export\s+default\s+(?=(?:async\s+)?function\b\s*\*?\s*[\w$]|(?:abstract\s+)?class\s+(?!extends\b)[\w$])/gm, ""],
  [/^export\s+default\s+[\w$]+[ \t]*;?[ \t]*$/gm, ""],
  [/^export\s*=\s*[\w$]+[ \t]*;?/gm, ""],
  [/^export\s+default\s+/gm, "const ENTRY = "],
  [
    /^export\s+(?=(?:declare|abstract|async|function|class|const|let|var|enum|interface|type|namespace|module)\b)/gm,
    "",
  ],
  [/^(?:module\.)?exports\s*=\s*\{[\w$\s,:]*\}[ \t]*;?/gm, ""],
  [/^module\.exports\s*=\s*[\w$]+[ \t]*;?[ \t]*$/gm, ""],
  [/^module\.exports\s*=\s*(?=(?:async\s+)?function\b\s*\*?\s*[\w$]|class\s+(?!extends\b)[\w$])/gm, ""],
  [/^(?:module\.)?exports\.([\w$]+)\s*=\s*\1[ \t]*;?[ \t]*$/gm, ""],
  [/^(?:module\.)?exports\.([\w$]+)\s*=\s*/gm, "const $1 = "],
  [/^module\.exports\s*=\s*/gm, "const ENTRY = "],
];

/**
 * Makes a script of a JavaScript or TypeScript module, since the tests see top-level names: `export` is dropped and its
 * declaration kept, an unnamed default export becomes `entry`, `module.exports` and every `import` go. What the solution
 * then misses (it should not have needed a module) throws a ReferenceError of its own when it runs.
 */
export function stripModuleSyntax(code: string, entry: string): string {
  const { text, alias } = withoutLists(code.replace(PRELUDE, "$1\n"), entry);
  const objects = text.replace(OBJECT, (head: string, at: number) => ofObject(head, text.slice(at), { text, entry }));
  const script = RULES.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), objects);
  const named = script.replace(/^const ENTRY = /gm, () => `const ${entry} = `);
  return alias === undefined ? named : `${named}\nconst ${entry} = ${alias};`;
}

/** What may stand before the code on its first line: directives and comments. */
const PRELUDE = /^((?:\s*(?:"use strict"|'use strict'|\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\/);?)+)[ \t]+(?=\S)/;

const EXPORTED = /^export\s*\{([^{}]*)\}(?!\s*from)[ \t]*;?/gm;
const LISTED = /^(?:module\.)?exports\s*=\s*\{([\w$\s,:]*)\}[ \t]*;?/gm;

/** `export { g as f }` and `module.exports = { f: g }` say what the solution is called inside. */
function withoutLists(code: string, entry: string): { readonly text: string; readonly alias: string | undefined } {
  let alias: string | undefined;
  const take = (pattern: RegExp) => (_: string, list: string) => {
    const local = list
      .split(",")
      .map((item) => pattern.exec(item))
      .find((hit) => hit?.groups?.["name"] === entry);
    if (local?.groups?.["local"] !== entry) alias = local?.groups?.["local"] ?? alias;
    return "";
  };
  const text = code
    .replace(EXPORTED, take(/^\s*(?<local>[\w$]+)\s+as\s+(?<name>[\w$]+)\s*$/))
    .replace(LISTED, take(/^\s*(?<name>[\w$]+)\s*:\s*(?<local>[\w$]+)\s*$/));
  return { text, alias };
}

const OBJECT = /^(?:module\.exports\s*=|export\s+default)\s*(?=\{)/gm;

/** An object that is exported with the solution in it: the solution is taken out, unless it stands outside as well. */
function ofObject(
  head: string,
  object: string,
  { text, entry }: { readonly text: string; readonly entry: string },
): string {
  const name = RegExp.escape(entry);
  if (!new RegExp(`[{,]\\s*(?:async\\b\\s*)?(?:\\*\\s*)?["']?${name}["']?\\s*[(:,}]`).test(object)) return head;
  const isDeclared = new RegExp(
    `^(?:(?:async\\s+)?function\\b\\s*\\*?|class|const|let|var)\\s+${name}(?![\\w$])`,
    "m",
  ).test(text);
  return isDeclared ? "void " : `const { ${entry} } = `;
}
