import { START } from "./label-names.ts";

const DENIERS =
  "not|never|no|nor|neither|none\\s+of|(?:rather|more)\\s+than|without|instead\\s+of|cannot|nicht|kein\\w*|weder|noch|statt|pas|ni|non|não|niet|geen";
/** What may stand between "not" and what it denies. Any other word ends the denial. */
const BETWEEN = [
  "an?|the|one|any|of|in|under|about|for|to|be|is|as|like|really|quite|just|only|even|simply|merely|strictly|exactly",
  "necessarily|primarily|mainly|actually|clearly|labell?ed|classified|categori[sz]ed|considered|label|category|class|queue",
  "it|this|call|say|think|believe|option|choice|answer|matter|case|question|kind|type|belongs?|fits?|falls?|goes|go|seems?|looks?",
  "ein\\w*|der|die|das|une?|de|la|le|el|es|est|è|é",
].join("|");

const DENIED = new RegExp(
  `(?:${START}(?:${DENIERS})|n't|不是|并非|不属于)(?:\\s+(?:${BETWEEN})){0,6}\\s*["'\\(]*$`,
  "iv",
);
const LISTED = new RegExp(`${START}(?:neither|none\\s+of|weder)(?:\\s+(?:${BETWEEN})){0,6}\\s*["'\\(]*$`, "iv");
const SUPPOSED = new RegExp(`${START}(?:if|whether|wenn|ob|si)(?:\\s+[\\p{L}']+){0,3}\\s*["'\\(]*$`, "iv");
/** A label that is named beside the one that is meant. */
const BESIDE = new RegExp(
  `${START}(?:secondary|alternate|alternative(?:ly)?|runner-up|fallback|second(?:-|\\s)(?:best|choice)|sekundär\\w*|secondaire|secundari[oa])(?:\\s+(?:label|answer|category|class|classification|queue|choice|option|is|would\\s+be)){0,2}[\\s:=>\\-]*["'\\(]*(?:an?\\s+|the\\s+)?$`,
  "iv",
);
/** "It's a bug? No": a question is no statement. */
const ASKED = /^["')]*\s*\?/;
const OR = /^["')]*(?:\s*\/|,?\s+(?:or|nor|oder|noch|ou|ni|o))\s*(?:an?\s+|the\s+)?["'(]*$/i;
const COMMA = /^["')]*,\s*(?:(?:or|and|nor)\s+)?(?:an?\s+|the\s+)?["'(]*$/i;
const DISMISSED =
  /^["')]*(?:\s*\?\s*(?:no|nope|not)(?![\w-])|\s+(?:is|was|does|do|would|could|can|should|seems?)(?:n't|\s+not\b|\s+(?:clearly\s+|also\s+)?(?:wrong|incorrect|unlikely)))/i;

/** How far back a denial is looked for. */
const REACH = 80;

/** Something that a text names, and where. */
export interface Mention {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Says of what stands before a place whether it denies, only supposes, or sets beside something else what comes next. */
export function deniesNext(text: string, place: number): boolean {
  const before = text.slice(Math.max(0, place - REACH), place);
  return DENIED.test(before) || SUPPOSED.test(before) || BESIDE.test(before);
}

/** Whether what ends at a place is only asked. */
export function isAsked(text: string, place: number): boolean {
  return ASKED.test(text.slice(place, place + REACH));
}

/** The mentions that the text does not deny, suppose or set beside another: "not x", "neither x nor y", "x is wrong", "x? No", "if it were x", "secondary: x". */
export function* undenied(text: string, mentions: Iterable<Mention>): Generator<Mention> {
  let last: { end: number; denied: boolean; list: boolean } = { end: 0, denied: false, list: false };
  for (const mention of mentions) {
    const between = text.slice(Math.max(last.end, mention.start - REACH), mention.start);
    const list = LISTED.test(between) || (last.list && (COMMA.test(between) || OR.test(between)));
    const denied =
      list ||
      DENIED.test(between) ||
      SUPPOSED.test(between) ||
      BESIDE.test(between) ||
      (last.denied && OR.test(between)) ||
      DISMISSED.test(text.slice(mention.end, mention.end + REACH));
    if (!denied) yield mention;
    last = { end: mention.end, denied, list };
  }
}
