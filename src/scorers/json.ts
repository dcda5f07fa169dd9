/** Characters looked at over all attempts: a reply full of braces must not cost quadratic time. */
const MOST_WORK = 2_000_000;

/**
 * Reads the JSON object that ends last in a text, of those that `read` makes something of; where it stands inside
 * another such object, the outer one. Prose, fences and drafts around it do not matter.
 * @param read gives undefined for an object that is not meant
 */
export function lastJson<T>(text: string, read: (value: unknown) => T | undefined): T | undefined {
  return lastJsonAt(text, read)?.value;
}

/** Whether a text holds an object that is meant, or too many braces to tell. */
export function couldHoldJson(text: string, isMeant: (value: unknown) => boolean): boolean {
  const { found, isWhole } = search(text, (value) => (isMeant(value) ? true : undefined));
  return found !== undefined || !isWhole;
}

/** As {@link lastJson}, with the place where the object ends. */
export function lastJsonAt<T>(text: string, read: (value: unknown) => T | undefined): Found<T> | undefined {
  return search(text, read).found;
}

interface Found<T> {
  readonly value: T;
  readonly end: number;
}

/** `isWhole`: all of the text was looked at. */
function search<T>(
  text: string,
  read: (value: unknown) => T | undefined,
): { readonly found: Found<T> | undefined; readonly isWhole: boolean } {
  let found: Found<T> | undefined;
  let work = 0;
  let open = text.lastIndexOf("{");
  for (; open >= 0 && work < MOST_WORK; open = braceBefore(text, open)) {
    const end = endOfObject(text, open);
    work += (end ?? text.length) - open;
    if (end === undefined || (found !== undefined && end <= found.end)) continue;
    const value = parsed(text.slice(open, end), read);
    if (value !== undefined) found = { value, end };
  }
  return { found, isWhole: open < 0 };
}

// lastIndexOf takes a negative start for 0.
function braceBefore(text: string, open: number): number {
  return open === 0 ? -1 : text.lastIndexOf("{", open - 1);
}

/** Where the object that opens at `open` ends, were the text from there on JSON. */
function endOfObject(text: string, open: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = open; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === "\\") at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{") depth += 1;
    else if (char === "}") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

function parsed<T>(json: string, read: (value: unknown) => T | undefined): T | undefined {
  try {
    return read(JSON.parse(json));
  } catch {
    return undefined;
  }
}
