import type { CodeLanguage } from "../domain/code.ts";
import { mentions, type Piece, readPiece } from "./definitions.ts";
import { type Block, fencedBlocks } from "./fences.ts";
import { stripModuleSyntax } from "./modules.ts";

/** The code of an answer, ready for the sandbox, or what was looked for and not found. */
export type Extracted = { readonly code: string } | { readonly missing: string };

const SCRIPT_TAGS = ["", "js", "javascript", "mjs", "cjs", "jsx", "node", "ts", "typescript", "mts", "cts", "tsx"];
const TAGS: Readonly<Record<CodeLanguage, readonly string[]>> = {
  javascript: SCRIPT_TAGS,
  typescript: SCRIPT_TAGS,
  python: ["", "py", "python", "python3", "py3", "pycon"],
};

const LONGEST_ANSWER = 200_000;
const CODE_LINE =
  /^(?:export|import|(?:async\s+)?function\b|(?:abstract\s+)?class\s+[\w$]|const\s+[\w${[]|let\s+[\w${[]|var\s+[\w$]|enum\s|interface\s+[\w$]+|type\s+[\w$]+.*=|module\.exports|["']use strict|def\s+\w|async\s+def|from\s+\w+\s+import|@\w|\/\/|\/\*)/;
const PYTHON_LINE =
  /^(?:>>> |(?:async\s+)?def\s+\w|class\s+\w+\s*[:(]|@\w|import\s+\w|from\s+[\w.]+\s+import\s|(?:if|for|while|try|with|else|elif|except|finally)\b.*:\s*(?:#.*)?$|\w+(?:\s*:[^=\n]+)?\s*=(?!=)|print\(|assert\s)/;

/**
 * Finds the solution in a chatty answer. The last fenced block that defines `entry` and is sound wins; other blocks join
 * in front of it if they define something it needs and redefine nothing of it. Without a usable fence, the answer's own
 * lines are tried, then code spans. `export` and its kin are stripped (`stripModuleSyntax`).
 */
export function extractCode(answer: string, options: { language: CodeLanguage; entry: string }): Extracted {
  const { language, entry } = options;
  if (answer.length > LONGEST_ANSWER) return { missing: `the answer is longer than ${LONGEST_ANSWER} characters` };
  // A reasoning model's draft is not its answer.
  const text = answer.replaceAll("\r\n", "\n").replace(/^\s*<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>/i, "");
  const read = (code: string): Piece =>
    readPiece(language, language === "python" ? withoutPrompts(code) : stripModuleSyntax(code, entry).trim());
  const readAll = (blocks: readonly Block[]): Piece[] => blocks.map((block) => read(block.text));

  const blocks = fencedBlocks(text);
  const tagged = readAll(blocks.filter((block) => TAGS[language].includes(block.tag)));
  const spans = [...text.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map((match) => ({ tag: "", text: match[1] ?? "" }));
  const bare = (): Piece[] => (language === "python" ? unfencedPython(text, read) : unfenced(text, read));
  // What uses the solution is an example of its use and no helper; in Python it would also come too early.
  const isExample = (piece: Piece): boolean =>
    language === "python" && !defines(piece, entry) && mentions(piece.code, entry);
  for (const pieces of [() => tagged, () => readAll(blocks), bare, () => readAll(spans)]) {
    const candidates = pieces().filter((piece) => !isExample(piece));
    const chosen = choose(candidates, entry);
    if (chosen !== undefined) return { code: join(chosen, candidates) };
  }
  return {
    missing: blocks.length > 0 ? `no code block defines ${entry}` : `the answer has no code that defines ${entry}`,
  };
}

function choose(pieces: readonly Piece[], entry: string): Piece | undefined {
  const defining = pieces.filter((piece) => defines(piece, entry));
  return defining.findLast((piece) => piece.sound) ?? defining.at(-1);
}

function defines(piece: Piece, name: string): boolean {
  const how = piece.names.get(name);
  return how !== undefined && how !== "import";
}

/** The chosen piece with those it needs before it, and those that these need, in the order of the answer. */
function join(chosen: Piece, pieces: readonly Piece[]): string {
  const taken: Piece[] = [chosen];
  for (let looking = true; looking; ) {
    const helper = pieces.findLast((piece) => !taken.includes(piece) && piece.sound && isNeeded(piece, taken));
    if (helper === undefined) looking = false;
    else taken.push(helper);
  }
  const helpers = pieces.filter((piece) => piece !== chosen && taken.includes(piece));
  return [...helpers, chosen].map((piece) => piece.code).join("\n\n");
}

// Function declarations may come twice, the later one counts, and the chosen piece comes last. Anything else would clash.
function isNeeded(piece: Piece, taken: readonly Piece[]): boolean {
  const defined = (name: string): boolean => taken.some((other) => other.names.has(name));
  const clashes = [...piece.names].some(([name, how]) =>
    taken.some((other) => other.names.has(name) && (how === "other" || other.names.get(name) === "other")),
  );
  return (
    !clashes &&
    [...piece.names.keys()].some((name) => !defined(name) && taken.some((other) => mentions(other.code, name)))
  );
}

/** Bare Python, perhaps between prose: from the first line that looks like code to the last one, or the last indented one. */
function unfencedPython(text: string, read: (code: string) => Piece): Piece[] {
  const lines = text.split("\n").filter((line) => !/^\s*(?:`{3,}|~{3,})/.test(line));
  const start = lines.findIndex((line) => PYTHON_LINE.test(line));
  const end = lines.findLastIndex((line) => PYTHON_LINE.test(line) || /^\s+\S|^[)\]}]/.test(line));
  return start < 0 ? [] : [read(lines.slice(start, end + 1).join("\n"))];
}

/** What was typed at the prompts of a Python session, without the prompts and without what came back. */
function withoutPrompts(code: string): string {
  if (!/^\s*>>> /.test(code)) return code;
  const typed = code.split("\n").filter((line) => /^\s*(?:>>>|\.\.\.)(?: |$)/.test(line));
  return typed.map((line) => line.replace(/^\s*(?:>>>|\.\.\.) ?/, "")).join("\n");
}

/** Bare code, perhaps between prose: from the first line that looks like code, as long as it parses. */
function unfenced(text: string, read: (code: string) => Piece): Piece[] {
  const lines = text.split("\n").filter((line) => !/^\s*(?:`{3,}|~{3,})/.test(line));
  const start = lines.findIndex((line) => CODE_LINE.test(line));
  if (start < 0) return [];
  const ends = lines.flatMap((line, index) => (index >= start && /[;})\]\w"'`]\s*$/.test(line) ? [index + 1] : []));
  const tries = ends
    .toReversed()
    .slice(0, 40)
    .map((end) => lines.slice(start, end).join("\n"));
  const whole = lines.slice(start).join("\n");
  for (const code of [whole, ...tries]) {
    const piece = read(code);
    if (piece.sound) return [piece];
  }
  return [read(whole)];
}
