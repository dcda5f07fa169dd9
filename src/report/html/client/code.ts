import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import typescript from "highlight.js/lib/languages/typescript";
import { createLowlight } from "lowlight";
import { element } from "./dom.ts";

// TypeScript's grammar reads JavaScript too.
const grammars = createLowlight({ json, python, typescript });
const NAMES: Readonly<Record<string, string>> = {
  javascript: "typescript",
  js: "typescript",
  jsx: "typescript",
  typescript: "typescript",
  ts: "typescript",
  tsx: "typescript",
  python: "python",
  py: "python",
  json: "json",
};
/** Colouring is not worth the wait beyond this. */
const LONGEST = 50_000;

type Tree = ReturnType<typeof grammars.highlight>["children"];

/** Code in its own block, coloured where the language is known. */
export function codeBlock(source: string, language: string): HTMLElement {
  const name = NAMES[language.toLowerCase()];
  const text = source.replace(/\n$/, "");
  const parts = name === undefined || text.length > LONGEST ? [text] : drawn(grammars.highlight(name, text).children);
  // Long lines scroll: the block must be reached by keyboard for that.
  return element("pre", { class: "code", tabindex: "0", role: "group", "aria-label": "Code" }, [
    element("code", {}, parts),
  ]);
}

function drawn(tree: Tree): (Node | string)[] {
  return tree.map((node) => {
    if (node.type === "text") return node.value;
    if (node.type !== "element") return "";
    const names = node.properties.className;
    return element("span", { class: Array.isArray(names) ? names.join(" ") : "" }, drawn(node.children as Tree));
  });
}
