// Puts the output of the gate's story into docs/gate.md. Run it after a change of what the gate says.
//   npm run story
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tell } from "../test/gate-story.ts";
import { ROOT } from "../test/project.ts";

const DOCS = join(ROOT, "docs/gate.md");
const BLOCK = /(<!-- story: (.+?) -->\n\n)```\n[\s\S]*?```/g;

using story = await tell();
const text = readFileSync(DOCS, "utf8").replace(BLOCK, (_whole, mark: string, name: string) => {
  const step = story.steps.find((each) => each.name === name);
  if (step === undefined) throw new Error(`the story has no step "${name}"`);
  return `${mark}\`\`\`\n$ ${step.command}\n${step.ended.out}\`\`\``;
});
writeFileSync(DOCS, text);
