import { z } from "zod";
import { deniesNext, isAsked, type Mention, undenied } from "./denial.ts";
import { lastJson } from "./json.ts";
import { END, foldLines, type LabelNames, namesOf, START } from "./label-names.ts";

/**
 * The label that a reply settles on, or undefined. In this order: the whole reply; a JSON field; the last `label: x`
 * statement; a mark (`B: ...`) that no other line contradicts; a line of its own at the end or the start; a conclusion
 * (`..., so x`); the one label that is mentioned and not denied; of several, the one that is asserted (`this is x`).
 * Matching ignores case, Markdown, quotes and separators; a longer label wins over one inside it. Labels of one letter
 * count in prose only as capitals. Takes time linear in the reply.
 */
export function extractLabel(reply: string, labels: readonly string[]): string | undefined {
  const names = namesOf(labels);
  // A reasoning model's draft is not its answer.
  const said = reply.replace(/^[\s\S]*<\/think(?:ing)?>/i, "");
  const lines = foldLines(said).map((line) => (names.letters ? line : line.toLowerCase()));
  const text = lines.join("\n");
  // Most replies without a label end here: looking for all that a label may stand in takes far longer.
  if (!names.isIn(text) && !said.includes("{")) return undefined;
  const whole = names.named(text);
  if (whole !== undefined) return whole;
  const field = lastJson(said, labelField);
  if (field !== undefined) return extractLabel(field, labels);
  const name = stated(text, names) ?? marked(lines, names) ?? alone(lines, names) ?? concluded(text, names);
  return name === undefined ? mentioned(text, names) : names.named(name);
}

const FIELDS = "label answer category class classification queue urgency level verdict choice option result".split(" ");
const Fields = z.record(z.string(), z.unknown());

function labelField(value: unknown): string | undefined {
  const object = Fields.safeParse(value);
  if (!object.success) return undefined;
  const given = FIELDS.map((name) => object.data[name]).find((field) => field !== undefined);
  return typeof given === "string" || typeof given === "number" ? String(given) : undefined;
}

const KIND = `${START}(?i:${FIELDS.join("|")}|primary|priority|decision|type|intent|rating|score|grade|final|kategorie|etikett|klasse|antwort|catégorie|étiquette|réponse|categoría|etiqueta|respuesta|categoria|risposta)`;
const LONGEST_NAME = 200;
const LEAD =
  "(?:\\s+(?i:clearly|probably|likely|definitely|most|best|simply|just|therefore|option|label|in|to|of|under|an?|the|eine?|une?))*";

/** Refuses a label that another follows on equal terms: `x or y`, `x/y`, `x, y.` */
function notOneOfSeveral(names: LabelNames): string {
  const next = `["'\\(]*(?:${names.loose})${END}`;
  const or = `(?:/|&|\\||,?\\s*(?i:or|and|oder|ou|und|et)\\s+(?i:an?\\s+)?)\\s*${next}`;
  return `(?!["'\\)\\]]*\\s*(?:${or}|,\\s*${next}["'\\)]*\\s*(?:[.,;]|$|\\n|(?i:or|and)\\s)))`;
}

function stated(text: string, names: LabelNames): string | undefined {
  const after = `(?:\\s*(?:->|=>|[:=>→])\\s*["'\\(]*((?i:${names.loose}))|\\s+(?i:is|would be|should be|ist|est|es|è)${LEAD}\\s+["'\\(]*(${names.loose}))`;
  const pattern = new RegExp(
    `(?:${KIND}${after}|(?:->|=>|→)\\s*(${names.loose}))${END}${notOneOfSeveral(names)}`,
    "gv",
  );
  const hit = [...text.matchAll(pattern)].findLast(({ index, 0: said, 1: first, 2: second, 3: third }) => {
    const end = index + said.length;
    const name = first ?? second ?? third ?? "";
    return !deniesNext(text, index) && !deniesNext(text, end - name.length) && !isAsked(text, end);
  });
  return hit?.[1] ?? hit?.[2] ?? hit?.[3];
}

function marked(lines: readonly string[], names: LabelNames): string | undefined {
  // A comma after a letter is prose ("I, for one"); after a word it sets the label off, unless a list goes on.
  const comma = names.letters ? "" : `|,\\s(?!(?:or|and|maybe|perhaps|possibly)\\b|["'\\(]*(?:${names.loose})${END})`;
  const pattern = new RegExp(
    `^((?i:${names.loose}))${notOneOfSeveral(names)}["'\\]]*(?:\\s*[:.\\)](?!\\s*(?:no\\b|\\d))|\\s*-{1,2}\\s|\\s(?i:because|since)\\s${comma})`,
    "v",
  );
  const marks = lines.map((line) => pattern.exec(line)?.[1]);
  const distinct = new Set(marks.filter((mark) => mark !== undefined).map((mark) => names.named(mark)));
  return distinct.size === 1 ? (marks[0] ?? marks.at(-1)) : undefined;
}

function alone(lines: readonly string[], names: LabelNames): string | undefined {
  const at = (index: number) => names.named(lines.at(index) ?? "");
  for (const [line, neighbour] of [
    [-1, -2],
    [0, 1],
  ] as const) {
    const found = at(line);
    if (found !== undefined && (at(neighbour) ?? found) === found) return lines.at(line);
  }
  return undefined;
}

function concluded(text: string, names: LabelNames): string | undefined {
  const sign = `(?:[.;:!?]\\s|${START}(?i:so|hence|therefore|thus)\\s(?i:it's\\s|it\\sis\\s)?)`;
  const hit = new RegExp(`${sign}["'\\(]*(?i:an?\\s|the\\s)?(${names.loose})$`, "v").exec(text);
  if (hit?.[1] === undefined || deniesNext(text, text.length - hit[1].length)) return undefined;
  // The last of a list is no conclusion. Looked for here, as a look-behind would be tried at every character.
  const before = text.slice(Math.max(0, hit.index - LONGEST_NAME), hit.index);
  return new RegExp(`(?:${names.loose})["'\\)]*$`, "v").test(before) ? undefined : hit[1];
}

/** First as written: "how to" in prose is seldom the label `how-to`. */
function mentioned(text: string, names: LabelNames): string | undefined {
  for (const alternatives of [names.strict, names.loose]) {
    const pattern = new RegExp(`${START}(${alternatives})${END}`, "gv");
    const found = distinct(undenied(text, mentionsOf(text, pattern)), names);
    if (found.length === 1) return found[0];
    if (found.length > 1) return asserted(text, names, alternatives);
  }
  return undefined;
}

const ASSERTS =
  "is|it's|that's|are|means|as|so|hence|therefore|thus|choose|chose|pick|select|say|with|makes? (?:it|this)|goes? (?:in)?to|belongs? (?:in|to|under)|falls? (?:in|under|into)|ist|est|es|è";

function asserted(text: string, names: LabelNames, alternatives: string): string | undefined {
  const before = `${START}(?i:${ASSERTS})${LEAD}\\s+["'\\(]*(${alternatives})${END}${notOneOfSeveral(names)}`;
  const after = `${START}(${alternatives})${END}["'\\)]*\\s(?i:is|seems|looks|would be|fits)\\s(?i:the\\s)?(?i:right|best|correct|better)`;
  const mentions = mentionsOf(text, new RegExp(`${before}|${after}`, "gv"));
  const held = [...mentions].filter(({ start, end }) => !deniesNext(text, start) && !isAsked(text, end));
  const found = distinct(held, names);
  return found.length === 1 ? found[0] : undefined;
}

function* mentionsOf(text: string, pattern: RegExp): Generator<Mention> {
  for (const hit of text.matchAll(pattern)) {
    yield { name: (hit[1] ?? hit[2]) as string, start: hit.index, end: hit.index + hit[0].length };
  }
}

/** The labels of the mentions, each once; no more are looked for than decide the matter. */
function distinct(mentions: Iterable<Mention>, names: LabelNames): string[] {
  const found = new Set<string>();
  for (const { name } of mentions) {
    const label = names.named(name);
    if (label !== undefined) found.add(label);
    if (found.size > 1) break;
  }
  return [...found];
}
