import type { Token } from "markdown-it";
import MarkdownIt from "markdown-it";
import { codeBlock } from "./code.ts";
import { element } from "./dom.ts";

// The parser alone: its tokens become elements here, so no markup of a model is ever parsed by the browser.
const parser = new MarkdownIt("default", { html: false, linkify: false, typographer: false }).disable("image");

/** What may become an element. Anything else that the parser knows stays text. */
const TAGS = new Set(
  "p h1 h2 h3 h4 h5 h6 ul ol li blockquote strong em s code table thead tbody tr th td hr br".split(" "),
);
/** Headings of an answer must not enter the outline of the page. */
const HEADING = /^h[1-6]$/;

/** Markdown as elements. Links show where they lead and lead nowhere; images are not drawn. */
export function rendered(text: string): HTMLElement {
  const root = element("div", { class: "said md", dir: "auto" });
  append(parser.parse(text, {}), root);
  return root;
}

function append(tokens: readonly Token[], root: HTMLElement): void {
  const open: HTMLElement[] = [root];
  const addresses: string[] = [];
  for (const token of tokens) {
    const parent = open.at(-1) ?? root;
    switch (token.type) {
      case "inline":
        append(token.children ?? [], parent);
        break;
      case "softbreak":
        parent.append("\n");
        break;
      case "code_inline":
        parent.append(element("code", {}, [token.content]));
        break;
      case "fence":
      case "code_block":
        parent.append(codeBlock(token.content, token.info.split(" ")[0] ?? ""));
        break;
      case "link_open":
        addresses.push(String(token.attrs?.find(([name]) => name === "href")?.[1] ?? ""));
        open.push(push(parent, element("span", { class: "link" })));
        break;
      case "link_close": {
        const link = open.pop();
        const address = addresses.pop() ?? "";
        if (link?.textContent !== address) link?.append(element("small", {}, [` (${address})`]));
        break;
      }
      default:
        if (token.nesting === 1) open.push(push(parent, token.hidden ? element("span") : elementOf(token)));
        else if (token.nesting === -1) open.pop();
        else parent.append(TAGS.has(token.tag) ? element(token.tag) : token.content);
    }
  }
}

function push(parent: HTMLElement, child: HTMLElement): HTMLElement {
  parent.append(child);
  return child;
}

function elementOf({ tag, attrs }: Token): HTMLElement {
  if (HEADING.test(tag)) return element("p", { class: "md-heading" });
  if (!TAGS.has(tag)) return element("span");
  const start = tag === "ol" ? attrs?.find(([name]) => name === "start")?.[1] : undefined;
  return element(tag, start === undefined ? {} : { start: String(start) });
}
