import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

/** Replies of judges that could be read, by the key of what was asked. */
export interface JudgeCache {
  get(key: string): string | undefined;
  put(key: string, text: string): void;
}

const Line = z.strictObject({ key: z.string(), text: z.string() });

/**
 * Replies kept in a file, a line each; lines of other writers and torn ones are left alone.
 * @param scrub takes secrets out of what is written
 */
export function openJudgeCache(file: string, scrub: (text: string) => string): JudgeCache {
  let replies: Map<string, string> | undefined;
  const load = () => {
    replies ??= new Map(existsSync(file) ? readLines(readFileSync(file, "utf8")) : []);
    return replies;
  };
  return {
    get: (key) => load().get(key),
    put(key, text) {
      const clean = scrub(text);
      load().set(key, clean);
      mkdirSync(dirname(file), { recursive: true });
      // One write of one line: two runs at once do not tear each other's.
      appendFileSync(file, `${JSON.stringify({ key, text: clean })}\n`);
    },
  };
}

function readLines(text: string): [string, string][] {
  return text.split("\n").flatMap((line): [string, string][] => {
    try {
      const { key, text: reply } = Line.parse(JSON.parse(line));
      return [[key, reply]];
    } catch {
      return [];
    }
  });
}
