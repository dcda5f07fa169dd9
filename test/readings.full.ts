import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { readSynthesis, SynthesisTarget } from "../src/scorers/synthesis.ts";
import { ROOT } from "./project.ts";

const Verdicts = z.record(z.string(), z.enum(["yes", "partly", "no"]));
const Reading = z.strictObject({ id: z.string(), answer: z.string(), points: Verdicts, forbidden: Verdicts });

function readJsonl(file: string): unknown[] {
  const text = readFileSync(join(ROOT, "datasets", file), "utf8").trim();
  return text.split("\n").map((line) => JSON.parse(line));
}

// The matchers have been mended on these answers: this keeps what was mended, and says nothing of other answers.
it("the matchers agree with those who read the blind answers", () => {
  const readings = new Map(
    readJsonl("research.readings.jsonl")
      .map((line) => Reading.parse(line))
      .map((reading) => [reading.id, reading]),
  );
  const found = { yes: 0, partly: 0, no: 0, forbidden: 0 };
  const all = { ...found };
  for (const item of z
    .array(z.looseObject({ id: z.string(), target: SynthesisTarget }))
    .parse(readJsonl("research.jsonl"))) {
    const { answer, points, forbidden } = Reading.parse(readings.get(item.id));
    expect(Object.keys(points)).toEqual(item.target.keyPoints.map(({ id }) => id));
    expect(Object.keys(forbidden)).toEqual(item.target.forbidden.map(({ id }) => id));
    const made = readSynthesis(answer, item.target);
    for (const [id, verdict] of Object.entries(points)) {
      all[verdict] += 1;
      if (made.points.includes(id)) found[verdict] += 1;
    }
    all.forbidden += item.target.forbidden.length;
    found.forbidden += made.claims.length;
  }
  expect(all).toEqual({ yes: 779, partly: 50, no: 12, forbidden: 263 });
  expect(found.yes / all.yes).toBeGreaterThanOrEqual(0.95);
  expect((found.no + found.forbidden) / (all.no + all.forbidden)).toBeLessThanOrEqual(0.05);
});
