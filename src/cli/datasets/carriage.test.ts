import { readFileSync } from "node:fs";
import { join } from "node:path";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { expect, it } from "vitest";
import { CaseSchema } from "../../domain/case.ts";
import { SynthesisTarget } from "../../scorers/synthesis.ts";
import { miscited } from "./carriage.ts";

const SOURCES = new Map([
  ["S1", "Harbour log: the ferry left at seven and carried ninety lorries to the outer islands."],
  ["S2", "Weather desk: a gale from the north closed the lighthouse road for three nights."],
]);
const point = (text: string, sources: string[]) => ({ kind: "fact" as const, text, sources });

it("finds a source that cannot be meant, and names the one that can", () => {
  const text = "A northern gale closed the lighthouse road for three nights.";
  expect(miscited(point(text, ["S1"]), SOURCES)).toEqual([{ cited: "S1", better: "S2" }]);
  expect(miscited(point(text, ["S2"]), SOURCES)).toEqual([]);
  expect(miscited({ ...point(text, ["S1"]), kind: "figure" }, SOURCES)).toEqual([]);
});

it("finds seven in ten facts of the shipped cases whose first source is exchanged for another", () => {
  const lines = readFileSync(join(import.meta.dirname, "../../../datasets/research.jsonl"), "utf8")
    .trim()
    .split("\n");
  const generator = xoroshiro128plus(11);
  const counts = { moved: 0, found: 0 };
  for (const line of lines) {
    const item = CaseSchema.parse(JSON.parse(line));
    const sources = item.vars.sources as { id: string; title: string; text: string }[];
    const texts = new Map(sources.map(({ id, title, text }) => [id, `${title} ${text}`]));
    for (const { kind, text, sources: cited } of SynthesisTarget.parse(item.target).keyPoints) {
      const others = [...texts.keys()].filter((id) => !cited.includes(id));
      if (kind === "gap" || kind === "figure" || cited.length === 0 || others.length === 0) continue;
      const wrong = others[uniformInt(generator, 0, others.length - 1)] as string;
      counts.moved += 1;
      if (miscited({ kind, text, sources: [wrong, ...cited.slice(1)] }, texts).length > 0) counts.found += 1;
    }
  }
  expect(counts.moved).toBeGreaterThan(500);
  expect(counts.found / counts.moved).toBeGreaterThan(0.65);
});
