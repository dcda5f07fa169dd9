/** A fenced block of an answer: the first word of its info string in lower case ("" without one), and its text. */
export interface Block {
  readonly tag: string;
  readonly text: string;
}

const PREFIX = String.raw`\s*(?:>\s?)*(?:(?:[-*+]|\d+[.)])\s+)?`;
const OPENING = new RegExp(`^(${PREFIX})(\`{3,}|~{3,})(.*)$`);
const ONE_LINE = new RegExp(`^${PREFIX}\`\`\`(.+?)\`\`\`\\s*$`);

/**
 * The fenced blocks in order: backticks or tildes, in lists and quotes, the last one perhaps unclosed.
 * Unlike in CommonMark a fence with a language inside an open block starts the next block: models forget to close.
 */
export function fencedBlocks(answer: string): Block[] {
  const blocks: Block[] = [];
  let open: { tag: string; fence: string; quoted: boolean; indent: number; lines: string[] } | undefined;
  const close = (): void => {
    if (open !== undefined) blocks.push({ tag: open.tag, text: dedent(open.lines) });
    open = undefined;
  };
  for (const line of answer.split("\n")) {
    const oneLine = open === undefined ? ONE_LINE.exec(line)?.[1] : undefined;
    if (oneLine !== undefined) {
      const [, tag = "", text = oneLine] = /^(js|javascript|ts|typescript|python|py)\s+(.*)$/.exec(oneLine) ?? [];
      blocks.push({ tag, text });
      continue;
    }
    const [, prefix = "", fence = "", info = ""] = OPENING.exec(line) ?? [];
    const tag = /^[\w+#.-]+/.exec(info.trim().replace(/^[{.]+/, ""))?.[0].toLowerCase() ?? "";
    if (open === undefined) {
      const quoted = prefix.includes(">");
      if (fence !== "" && !info.includes("`")) open = { tag, fence, quoted, indent: prefix.length, lines: [] };
    } else if (fence.startsWith(open.fence) && info.trim() === "") {
      close();
    } else if (fence.startsWith(open.fence) && /^[\w+#.-]+$/.test(info.trim())) {
      close();
      open = { tag, fence, quoted: prefix.includes(">"), indent: prefix.length, lines: [] };
    } else {
      open.lines.push(open.quoted ? line.replace(/^\s*(?:>\s?)+/, "") : withoutIndent(line, open.indent));
    }
  }
  close();
  return blocks.filter((block) => block.text.trim() !== "");
}

function withoutIndent(line: string, indent: number): string {
  const own = line.length - line.trimStart().length;
  return line.slice(Math.min(indent, own));
}

// What starts a line at no indentation is top level: the rest of the extraction relies on it.
function dedent(lines: readonly string[]): string {
  const filled = lines.filter((line) => line.trim() !== "");
  const indents = filled.map((line) => line.length - line.trimStart().length);
  const common = indents.reduce((least, indent) => Math.min(least, indent), Number.POSITIVE_INFINITY);
  return lines.map((line) => line.slice(Number.isFinite(common) ? common : 0)).join("\n");
}
