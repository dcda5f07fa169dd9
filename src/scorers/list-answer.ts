import { z } from "zod";
import { readJson } from "./json-answer.ts";
import { plain, unfenced, withoutStop } from "./normal.ts";

const Scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
/** Several texts mean one item that may be named in several ways. */
const Item = z.union([Scalar.transform((text) => [text]), z.array(Scalar).min(1)]);
const Items = z.array(Item);

/** A target that is a list: `["a", "b"]`, `[["NYC", "New York"], "Rome"]`, or `{"items": [...]}`. */
export const ListTarget = z.union([Items, z.looseObject({ items: Items }).transform(({ items }) => items)]);
export type ListTarget = z.infer<typeof ListTarget>;

/** How two items are compared: case, space, Markdown, quotes around them and a stop at the end do not count. */
export function foldItem(text: string): string {
  const bare = plain(text.replace(/[*`]+/g, "").replace(/^[\s"'“”‘’«»_]+/, ""));
  return withoutStop(trimEnd(bare, " \"'“”‘’«»_,;"));
}

function trimEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1] as string)) end -= 1;
  return text.slice(0, end);
}

const BULLET = /^\s*(?:[-*+•–]|\d{1,4}[.)])\s+(\S.*)$/;
const NONE = new Set(["", "none", "nothing", "no items", "empty", "n/a", "-", "keine", "aucun", "ninguno", "nessuno"]);

/**
 * The items of an answer, folded: those of a JSON list, else of a list with bullets or numbers, else what commas,
 * semicolons and lines part; what stands before a colon introduces them. "none" is no item.
 * @param known folded items that are kept whole: "Trinidad and Tobago"
 */
export function readItems(text: string, known: ReadonlySet<string>): string[] {
  return rawItems(text, known)
    .map(foldItem)
    .filter((item) => !NONE.has(item));
}

function rawItems(text: string, known: ReadonlySet<string>): string[] {
  // One space each: patterns that look for runs of them take quadratic time.
  const body = unfenced(text).replace(/[^\S\n]+/g, " ");
  const listed = jsonList(body) ?? jsonList(body.slice(body.indexOf("["), body.lastIndexOf("]") + 1));
  if (listed !== undefined) return listed;
  const bullets = body.split("\n").flatMap((line) => BULLET.exec(line)?.[1] ?? []);
  if (bullets.length > 0) return bullets;
  const pieces = body.replace(/^[^:\n]{0,80}:\s+/, "").split(/[,;\n、，；]/);
  return pieces.flatMap((piece) => {
    const item = piece.replace(/^\s*(?:and|or|und|et|y|e)\s+/i, "");
    return parted(item, known);
  });
}

/** The items that "and" joins. One that is known stays whole. */
function parted(text: string, known: ReadonlySet<string>): string[] {
  const items: string[] = [];
  let item: string | undefined;
  for (const piece of text.split(/ (?:and|und|et) /i)) {
    const joined: string = item === undefined ? piece : `${item} and ${piece}`;
    if (item !== undefined && (known.has(foldItem(item)) || !known.has(foldItem(joined)))) {
      items.push(item);
      item = piece;
    } else item = joined;
  }
  return item === undefined ? items : [...items, item];
}

const JsonItems = z.union([
  z.array(Scalar),
  // A list in an object of one field.
  z
    .record(z.string(), z.array(Scalar))
    .refine((object) => Object.keys(object).length === 1)
    .transform((object) => Object.values(object)[0] ?? []),
]);

function jsonList(text: string): string[] | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const reading = readJson(text, "answer");
  return "value" in reading ? JsonItems.safeParse(reading.value).data : undefined;
}
