import {
  type DefaultTreeAdapterMap,
  type DefaultTreeAdapterTypes,
  Parser,
  type ParserOptions,
  type Token,
} from "parse5";

/** Elements that have no end tag, and those whose end tag the HTML standard lets one leave out. */
const VOID = "area base br col embed hr img input link meta source track wbr";
const OPTIONAL = "html head body li dt dd p rt rp optgroup option colgroup caption thead tbody tfoot tr td th";
const MAY_STAY_OPEN = new Set(`${VOID} ${OPTIONAL}`.split(" "));

export interface HtmlFault {
  readonly what: string;
  /** From 1. */
  readonly line: number;
}

/**
 * What is wrong with the form of a piece of HTML: the parse errors of the HTML standard's tokens, elements that are
 * never closed, and end tags that close nothing.
 * @returns the faults in the order in which they stand, and how many elements there are
 */
export function htmlFaults(markup: string): { readonly faults: readonly HtmlFault[]; readonly elements: number } {
  const faults: HtmlFault[] = [];
  const ends = new Map<number, HtmlFault>();
  const { tree, endTags } = parsed(markup, ({ code, startLine }) => {
    // A page that was asked for may well begin at <html>.
    if (code !== "missing-doctype") faults.push({ what: code.replaceAll("-", " "), line: startLine });
  });
  for (const { tagName, location } of endTags) {
    if (location !== null)
      ends.set(location.startOffset, { what: `</${tagName}> closes nothing`, line: location.startLine });
  }
  const open = new Map<number, HtmlFault>();
  let elements = 0;
  const left: DefaultTreeAdapterTypes.Node[] = [tree];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if ("childNodes" in node) for (const child of node.childNodes) left.push(child);
    if ("content" in node) left.push(node.content);
    if (!("tagName" in node)) continue;
    const { startTag, endTag } = node.sourceCodeLocation ?? {};
    if (startTag !== undefined) elements += 1;
    if (endTag !== undefined) ends.delete(endTag.startOffset);
    else if (
      startTag !== undefined &&
      !MAY_STAY_OPEN.has(node.tagName) &&
      !markup.startsWith("/>", startTag.endOffset - 2)
    )
      open.set(startTag.startOffset, { what: `<${node.tagName}> is never closed`, line: startTag.startLine });
  }
  const all = [...faults, ...open.values(), ...ends.values()];
  return { faults: all.sort((a, b) => a.line - b.line), elements };
}

/** First tags that only a whole page has. */
const OF_PAGE = new Set(["!doctype", "html", "head", "body"]);

function parsed(markup: string, onParseError: ParserOptions<DefaultTreeAdapterMap>["onParseError"]) {
  const options = { sourceCodeLocationInfo: true, onParseError: onParseError ?? null };
  const isPage = OF_PAGE.has(/<(!doctype|[a-z][^\s/>]*)/i.exec(markup)?.[1]?.toLowerCase() ?? "");
  const parser = isPage ? new EndTags(options) : EndTags.getFragmentParser<DefaultTreeAdapterMap>(null, options);
  parser.tokenizer.write(markup, true);
  const tree: DefaultTreeAdapterTypes.Node = isPage ? parser.document : parser.getFragment();
  return { tree, endTags: parser instanceof EndTags ? parser.endTags : [] };
}

/** parse5 drops end tags that close nothing without a word: this one remembers them all. */
class EndTags extends Parser<DefaultTreeAdapterMap> {
  readonly endTags: Token.TagToken[] = [];

  override onEndTag(token: Token.TagToken): void {
    this.endTags.push(token);
    super.onEndTag(token);
  }
}
