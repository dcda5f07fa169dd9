import { type Expression, type Pattern, parse, type Statement } from "acorn";
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
/** Statements on one line at top level; not where a text might hold the semicolon. */
const ONE_LINE = /^[^\s#'"][^#'"\n]*;.*$/gm;
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
    const flat = code.replace(ONE_LINE, (line) => line.replace(/;[ \t]*/g, "\n"));
    const own = [...flat.matchAll(PYTHON)].map((match) => [match[1] ?? match[2] ?? "", "function"] as const);
    return { code, names: new Map([...imported(flat), ...own]), sound: !ELIDED.test(code) };
  }
  const compiled = compile(language, code);
  const parses = "source" in compiled;
  const names =
    (parses ? declared(compiled.source) : undefined) ??
    [...code.matchAll(SCRIPT)].map(
      (match): Name => [match[2] ?? match[3] ?? "", match[1] === undefined ? "other" : "function"],
    );
  return { code, names: new Map(names), sound: parses && !ELIDED.test(code) };
}

type Name = readonly [name: string, how: "function" | "other"];

/** What a script leaves in the global scope by statements at its top level. Undefined for what does not parse as a script. */
function declared(source: string): Name[] | undefined {
  try {
    const { body } = parse(source, {
      ecmaVersion: "latest",
      allowAwaitOutsideFunction: true,
      allowReturnOutsideFunction: true,
    });
    return body.flatMap((statement) => namesOf(statement as Statement));
  } catch {
    return undefined;
  }
}

function namesOf(statement: Statement): Name[] {
  switch (statement.type) {
    case "FunctionDeclaration":
      return [[statement.id.name, "function"]];
    case "ClassDeclaration":
      return [[statement.id.name, "other"]];
    case "VariableDeclaration":
      return statement.declarations.flatMap(({ id }) => bound(id)).map((name) => [name, "other"]);
    case "ExpressionStatement":
      return assigned(statement.expression).map((name) => [name, "other"]);
    default:
      return [];
  }
}

/** `f = ...`, `globalThis.f = ...` and several of them. */
function assigned(expression: Expression): string[] {
  if (expression.type === "SequenceExpression") return expression.expressions.flatMap(assigned);
  if (expression.type !== "AssignmentExpression" || expression.operator !== "=") return [];
  return [...bound(expression.left), ...assigned(expression.right)];
}

/** The names that a pattern binds, down to those in its braces. */
function bound(pattern: Pattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "MemberExpression": {
      const { object, property, computed } = pattern;
      const isGlobal = !computed && object.type === "Identifier" && object.name === "globalThis";
      return isGlobal && property.type === "Identifier" ? [property.name] : [];
    }
    case "ObjectPattern":
      return pattern.properties.flatMap((each) => bound(each.type === "RestElement" ? each.argument : each.value));
    case "ArrayPattern":
      return pattern.elements.flatMap((each) => (each === null ? [] : bound(each)));
    case "RestElement":
      return bound(pattern.argument);
    case "AssignmentPattern":
      return bound(pattern.left);
  }
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
