/** In order; each matches at the start of a line only, which is to say at top level. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/^import\s+(?:[\w$*\s{},]+?\s+from\s+)?["'][^"'\n]+["'](?:\s+with\s*\{[^}]*\})?[ \t]*;?/gm, ""],
  [/^export\s+(?:type\s*)?(?:\{[^}]*\}|\*(?:\s+as\s+[\w$]+)?)(?:\s*from\s*["'][^"'\n]*["'])?[ \t]*;?/gm, ""],
  [/^export\s*\{[^}]*\}[ \t]*;?/gm, ""],
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
  const script = RULES.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), code);
  return script.replace(/^const ENTRY = /gm, () => `const ${entry} = `);
}
