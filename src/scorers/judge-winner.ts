import { z } from "zod";
import { lastJsonAt } from "./json.ts";

/** Which of two answers a judge prefers, by the order in which it was shown them. */
export type Winner = "first" | "second" | "tie";

const ORDINALS: Readonly<Record<string, Winner>> = {
  a: "first",
  "1": "first",
  one: "first",
  first: "first",
  b: "second",
  "2": "second",
  two: "second",
  second: "second",
  tie: "tie",
  c: "tie",
  both: "tie",
  neither: "tie",
};
const Verdict = z.looseObject({ winner: z.union([z.string(), z.number()]) });

/**
 * Which answer a judge's reply settles on, or undefined where it settles on none. The last verdict
 * counts: the `winner` of a JSON object, or what prose after it says. In prose: the last `[[A]]`; the last plain verdict
 * (`Output (a) is better`, `the better one is Output (b)`, `I prefer Answer 1`, `they are equally good`);
 * the last comparison (`Output (b) is more precise than ...`, `not as precise as Output (a)`); the last conclusion
 * (`Therefore, Output (a) answers the question`).
 */
export function readWinner(reply: string): Winner | undefined {
  const said = reply.replace(/^[\s\S]*<\/think(?:ing)?>/i, "");
  const json = lastJsonAt(said, jsonWinner);
  const after = inProse(json === undefined ? said : said.slice(json.end));
  return after ?? json?.value;
}

/** How the lines begin that give a verdict, where a rubric declares it. */
export interface VerdictLines {
  readonly first: string;
  readonly second: string;
  readonly tie?: string | undefined;
}

/** The winner that the last line with one of the beginnings gives; nothing else in the reply counts. */
export function readVerdictLine(reply: string, { first, second, tie }: VerdictLines): Winner | undefined {
  const beginnings: readonly (readonly [Winner, string | undefined])[] = [
    ["first", first],
    ["second", second],
    ["tie", tie],
  ];
  for (const line of reply.split("\n").reverse()) {
    const said = line.replace(/^[\s*_#>"'-]+/, "").toLowerCase();
    const hit = beginnings.find(([, words]) => words !== undefined && beginsWith(said, words.toLowerCase()));
    if (hit !== undefined) return hit[0];
  }
  return undefined;
}

// "Answer 1" does not begin "Answer 12".
function beginsWith(line: string, words: string): boolean {
  return line.startsWith(words) && !(/\w$/.test(words) && /^\w/.test(line.slice(words.length)));
}

// The last verdict is near the end, and every pattern costs time.
const READ_FROM_THE_END = 20_000;

function inProse(text: string): Winner | undefined {
  const said = text.slice(-READ_FROM_THE_END);
  return (
    bracketed(said) ??
    lastOf(said, [VERDICT, PREFERRED, WINNER_IS, TIED]) ??
    lastOf(said, [MORE, AS_MUCH_AS, CHOICE]) ??
    lastOf(said, [CONCLUDED])
  );
}

function jsonWinner(value: unknown): Winner | undefined {
  const parsed = Verdict.safeParse(value);
  if (!parsed.success) return undefined;
  return winnerNamed(parsed.data.winner);
}

/** Which of the two a name such as `A`, `Output (b)`, `2` or `tie` means. */
export function winnerNamed(name: string | number): Winner | undefined {
  const plain = String(name).trim().toLowerCase();
  return ORDINALS[
    plain.replace(/^(?:the )?(?:output|answer|response|assistant|option) ?/, "").replace(/[()[\]"'.]/g, "")
  ];
}

function bracketed(said: string): Winner | undefined {
  const hit = [...said.matchAll(/\[\[\s*(A|B|C|1|2|tie)\s*\]\]/gi)].at(-1);
  return hit === undefined ? undefined : ORDINALS[hit[1]?.toLowerCase() as string];
}

// One of the two answers, named.
const KIND = "(?:output|answer|response|assistant|option|summary|reply)s?";
const ONE = `(?:the\\s+)?(?:${KIND}\\s*["'*_]*\\(?["'*_]*(?<n>[ab12]|one|two)\\b["'*_]*\\)?["'*_]*|(?<n>first|second)\\s+(?:one|${KIND})|\\((?<n>[ab12])\\))`;
const ANY = ONE.replaceAll("?<n>", "?:");
// A few words between a name and what is said of it, but no other name and no full stop.
const GAP = `(?:(?!${ANY}|\\bnot\\b|n't\\b|\\bneither\\b|\\bnor\\b)[^.!?\\n]){0,80}?`;
const BETTER = "(?:better|best|superior|preferable|preferred|stronger|the winner)";

const pattern = (source: string) => {
  let at = 0;
  // Names of groups must differ.
  return new RegExp(
    source.replaceAll("?<n>", () => `?<n${at++}>`),
    "gi",
  );
};
const VERDICT = pattern(`${ONE}\\s+(?:(?:is|was|seems|appears|would be)\\b${GAP}\\b${BETTER}\\b|wins\\b)`);
const PREFERRED = pattern(`\\b(?:prefer|choose|pick|select|favou?r|go with)\\s+${ONE}`);
const WINNER_IS = pattern(
  `\\b(?:${BETTER}|winner|verdict|choice|preference)\\b(?:\\s+(?:one|${KIND}|overall|choice))?\\s*(?:is|:|=)\\s*["'*_]*${ONE}`,
);
const TIED =
  /\b(?:equally (?:good|bad|well|correct|helpful)|it(?: is|'s) a tie|is a tie|neither (?:\w+ ){0,3}is better|both (?:\w+ ){0,3}are equal(?:ly)?)\b/gi;
const MORE = pattern(`${ONE}${GAP}\\b(?:more|better|closer)\\b[^.!?\\n]{0,120}?\\b(?:than|to)\\s+${ANY}`);
const AS_MUCH_AS = pattern(`\\bnot\\b[^.!?\\n]{0,60}?\\bas\\s+[^.!?\\n]{0,60}?\\bas\\s+${ONE}`);
const CHOICE = pattern(`${ONE}${GAP}\\b(?:more (?:closely|precisely|accurately)|a better choice)\\b`);
const CONCLUDED = pattern(`\\b(?:therefore|thus|hence|so|overall|in conclusion),?\\s[^.!?\\n]{0,60}?${ONE}`);

function lastOf(said: string, patterns: readonly RegExp[]): Winner | undefined {
  const hits = patterns.flatMap((each) => [...said.matchAll(each)]);
  const last = hits.sort((a, b) => a.index + a[0].length - (b.index + b[0].length)).at(-1);
  if (last === undefined) return undefined;
  const name = Object.values(last.groups ?? {}).find((group) => group !== undefined);
  return name === undefined ? "tie" : ORDINALS[name.toLowerCase()];
}
