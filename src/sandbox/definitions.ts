import type { CodeLanguage } from "../domain/code.ts";
import { compile } from "./compile.ts";

/** A piece of an answer read as code. `sound` says that it parses and leaves nothing out. */
export interface Piece {
  readonly code: string;
  /** The names it has at top level, and how: `function`s may be declared twice, what is imported is not its own. */
  readonly names: ReadonlyMap<string, "function" | "import" | "other">;
  readonly sound: boolean;
}

const SCRIPT =
  /^(?:abstract\s+)?(?:(?:async\s+)?(function)\s*\*?|class|(?:const\s+)?enum|namespace|const|let|var)\s+([\w$]+)|^([\w$]+)\s*=(?![=>])/gm;
const PYTHON = /^(?:(?:async\s+)?def|class)\s+(\w+)|^(\w+)\s*(?::[^=\n]+)?=(?!=)/gm;
const PYTHON_IMPORT = /^(?:from\s+[\w.]+\s+)?import\s+(?:\(([^)]*)\)|([^\n#]+))/gm;

// "// ... rest of the class", "// existing code unchanged": a sketch, if anything better is there.
const ELIDED =
  /(?:\/[/*]|#)\s*(?:(?:\.{3}|…)|(?:the )?(?:rest|same|existing|unchanged|remaining|previous|your)\b[^\n]*(?:\.{3}|…|unchanged|as before|here|above))/i;

/**
 * Reads one piece. Types are taken out before names are looked for, so an overload signature, an interface or a `declare`
 * defines nothing. Text that does not parse is read as it stands, for want of anything better.
 */
export function readPiece(language: CodeLanguage, code: string): Piece {
  if (language === "python") {
    // In Python anything may be defined twice.
    const own = [...code.matchAll(PYTHON)].map((match) => [match[1] ?? match[2] ?? "", "function"] as const);
    return { code, names: new Map([...imported(code), ...own]), sound: !ELIDED.test(code) };
  }
  const compiled = compile(language, code);
  const parses = "source" in compiled;
  const names = [...(parses ? compiled.source : code).matchAll(SCRIPT)].map(
    (match) => [match[2] ?? match[3] ?? "", match[1] === undefined ? "other" : "function"] as const,
  );
  return { code, names: new Map(names), sound: parses && !ELIDED.test(code) };
}

function imported(code: string): (readonly [string, "import"])[] {
  const lists = [...code.matchAll(PYTHON_IMPORT)].flatMap((match) => (match[1] ?? match[2] ?? "").split(","));
  return lists.flatMap((item) => {
    const name = /(?:^\s*(\w+)[\w.]*|\bas\s+(\w+))\s*$/.exec(item);
    return name === null ? [] : [[name[2] ?? name[1] ?? "", "import"] as const];
  });
}

/** Whether `code` mentions `name` as a word. */
export function mentions(code: string, name: string): boolean {
  return new RegExp(`(?<![\\w$])${name.replace(/[^\w]/g, "\\$&")}(?![\\w$])`).test(code);
}
