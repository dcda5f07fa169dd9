import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Case, CaseSchema } from "../src/domain/case.ts";
import { scorerOf, scoreText } from "../src/scorers/scorers.fixtures.ts";
import { ROOT } from "./project.ts";

interface Entry {
  readonly id: string;
  readonly points: Readonly<Record<string, readonly string[]>>;
  readonly errors: readonly string[];
  readonly filler: readonly string[];
}

function lines(file: string): unknown[] {
  const text = readFileSync(join(ROOT, "datasets", file), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

it("hardly ever takes a right statement of the answer book of research for an invention", async () => {
  const scorer = scorerOf("invented-figures");
  const isMarked = async (item: Case, text: string) => {
    const score = await scoreText(scorer, text, item);
    return score.state === "scored" && score.value < 1;
  };
  const book = new Map((lines("research.answers.jsonl") as Entry[]).map((entry) => [entry.id, entry]));
  const counts = { right: 0, marked: 0, wrong: 0, found: 0 };
  for (const line of lines("research.jsonl")) {
    const item = CaseSchema.parse(line);
    const { points = {}, errors = [], filler = [] } = book.get(item.id) ?? {};
    for (const text of [...Object.values(points).flat(), ...filler]) {
      counts.right += 1;
      counts.marked += (await isMarked(item, text)) ? 1 : 0;
    }
    for (const text of errors.filter((error) => /\d/.test(error))) {
      counts.wrong += 1;
      counts.found += (await isMarked(item, text)) ? 1 : 0;
    }
  }
  process.stdout.write(
    `right statements: ${counts.right}, marked down: ${counts.marked}; false ones with digits: ${counts.wrong}, marked down: ${counts.found}\n`,
  );
  expect(counts.right).toBeGreaterThan(1_500);
  expect(counts.marked / counts.right).toBeLessThan(0.015);
});
