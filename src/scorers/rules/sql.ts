import { z } from "zod";
import { messageOf } from "../../errors.ts";
import { codeOf } from "../code-answer.ts";
import { optionalPackage } from "../optional-package.ts";
import { clip, type Rule, scored } from "../rule.ts";
import { within } from "../within.ts";

/** Dialects of node-sql-parser, and `postgresql`, which PostgreSQL's own parser reads. */
const Dialect = z.enum([
  "postgresql",
  "mysql",
  "mariadb",
  "sqlite",
  "transactsql",
  "bigquery",
  "snowflake",
  "redshift",
  "trino",
  "athena",
  "hive",
  "db2",
]);

const Options = z.strictObject({
  dialect: Dialect,
  /** How many statements are allowed. */
  maxStatements: z.number().int().positive().optional(),
});

const DEADLINE_MS = 5_000;

/** Counts the statements of a text. @throws what is wrong with it */
type Count = (sql: string) => number;

/** The answer is SQL that the dialect's grammar takes. Whether its tables exist is another matter. */
export const sql: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  prepare({ dialect, maxStatements = Number.POSITIVE_INFINITY }) {
    const load = dialect === "postgresql" ? loadPostgres : loadOther(dialect);
    return async ({ completion }) => {
      const text = codeOf(completion.text, ["sql", dialect, "postgres", "pgsql", "tsql", ""]);
      if (text === "") return scored(0, "is empty");
      // A parser in C would take the text to end there.
      if (text.includes("\0")) return scored(0, "holds a NUL character");
      const count = await load();
      const read = countOf(text, count);
      if (typeof read === "string") return scored(0, `is not well-formed SQL (${dialect}): ${read}`);
      if (read === 0) return scored(0, "holds no statement");
      const statements = `${read} statement${read === 1 ? "" : "s"}`;
      return read <= maxStatements
        ? scored(1, `is well-formed SQL (${dialect}), ${statements}`)
        : scored(0, `holds ${statements}, wanted at most ${maxStatements}`);
    };
  },
};

/** How many statements there are, or what is wrong. @throws TookTooLong */
function countOf(text: string, count: Count): number | string {
  const read = within(DEADLINE_MS, () => {
    try {
      return count(text);
    } catch (error) {
      return error instanceof RangeError ? "nested too deeply to be read" : clip(faultOf(error));
    }
  });
  return read;
}

// A generated parser lists all that it would have taken: what it found says more.
const FOUND = /but ("(?:[^"\\]|\\.)*"|end of input) found\.?$/s;

function faultOf(error: unknown): string {
  const message = messageOf(error);
  const found = FOUND.exec(message)?.[1];
  const line = z.object({ location: z.object({ start: z.object({ line: z.number() }) }) }).safeParse(error).data
    ?.location.start.line;
  return `${found === undefined ? message : `unexpected ${found.replaceAll('"', "'")}`}${line === undefined ? "" : ` (line ${line})`}`;
}

async function loadPostgres(): Promise<Count> {
  const { loadModule, parseSync } = await import("libpg-query");
  await loadModule();
  return (text) => parseSync(text).stmts?.length ?? 0;
}

function loadOther(dialect: string): () => Promise<Count> {
  const load = optionalPackage("node-sql-parser", `sql (${dialect})`, () => import("node-sql-parser"));
  return async () => {
    const { default: parsers } = await load();
    const parser = new parsers.Parser();
    return (text) => {
      const { ast } = parser.parse(text, { database: dialect });
      return Array.isArray(ast) ? ast.filter(Boolean).length : ast === undefined || ast === null ? 0 : 1;
    };
  };
}
