import Handlebars from "handlebars/dist/handlebars.min.js";

/** Markup that is already escaped: the template prints it as it is. */
export type Markup = Handlebars.SafeString;

/** Vouches for markup. Only for text of our own, or text that {@link escapeText} went over. */
export function markup(html: string): Markup {
  return new Handlebars.SafeString(html);
}

/** Text as HTML, safe in an element and in a quoted attribute. */
export function escapeText(text: string): string {
  return Handlebars.escapeExpression(text);
}

/** A value as JSON that cannot end the script element it stands in. */
export function jsonBlock(value: unknown): Markup {
  return markup(JSON.stringify(value).replaceAll("<", "\\u003c"));
}

/** A run of text and how it is set. */
export interface Part {
  readonly text: string;
  readonly strong: boolean;
  readonly code: boolean;
  /** A name short enough to stand on one line of the narrowest page. */
  readonly unbroken: boolean;
}

const SHORT_NAME = 24;

/** Cuts a sentence into parts: `backticked` text is code, and the given names are strong. */
export function sentenceParts(sentence: string, names: readonly string[] = []): Part[] {
  const pattern =
    names.length === 0 ? /(`[^`]+`)/ : new RegExp(`(\`[^\`]+\`|${longestFirst(names).map(literal).join("|")})`);
  return sentence
    .split(pattern)
    .filter((text) => text !== "")
    .map((text) => {
      const code = /^`[^`]+`$/.test(text);
      const strong = !code && names.includes(text);
      return { text: code ? text.slice(1, -1) : text, strong, code, unbroken: strong && text.length <= SHORT_NAME };
    });
}

// `gpt` must not cut `gpt-mini` in two.
function longestFirst(names: readonly string[]): string[] {
  return names.toSorted((a, b) => b.length - a.length);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** The text with a capital at its head. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
