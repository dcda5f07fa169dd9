import { describe, expect, it } from "vitest";
import { sentencesUnderHeads } from "./reading.ts";
import { timeOf } from "./scorers.fixtures.ts";

describe("sentencesUnderHeads", () => {
  it("reads a row of a table with the head above it", () => {
    expect(
      sentencesUnderHeads("| | Us | Them |\n|---|:--:|---|\n| Total | £4,908 | £4,658 |\nSo we are dearer."),
    ).toEqual(["| | us | them |", "| total | £4908 | £4658 | | | | us | them |", "so we are dearer."]);
  });

  it("takes the first row of a table without a rule for no head", () => {
    expect(sentencesUnderHeads("| a | 1 |\n| b | 2 |")).toEqual(["| a | 1 |", "| b | 2 |"]);
  });

  it("does not repeat a head of many words", () => {
    const head = `| ${"word ".repeat(100)}|`;
    expect(sentencesUnderHeads(`${head}\n|---|\n| 1 |`)[1]).toBe("| 1 |");
  });

  it.each([
    ["**Payback.** We save 19. So it takes 3.5 years.", "so it takes 3.5 years. | payback."],
    ["- *Hiring:* nine left. One named pay.", "one named pay. | hiring:"],
    ["2. Retention: the console says 14. The sheet says 30.", "the sheet says 30. | retention"],
    ["The price is 4. At 10:30 it was 5.", "at 10:30 it was 5."],
    ["It is **not** so. It is less.", "it is less."],
  ])("reads the last sentence of %j as %j", (text, last) => {
    expect(sentencesUnderHeads(text).at(-1)).toBe(last);
  });

  it("parts paragraphs, and no items of a list", () => {
    expect(sentencesUnderHeads("A.\n- B.\n1. C.\n\nD.")).toEqual(["a.", "b.", "c.", "", "d."]);
  });

  it.each([
    ["a rule that is none", `|${"-".repeat(1e6)}x`],
    ["stars", "*".repeat(1e6)],
    ["empty lines", "\n".repeat(1e6)],
    ["rows under a long head", `| ${"word ".repeat(50_000)}|\n|---|\n${"| 1 |\n".repeat(50_000)}`],
  ])("takes linear time over %s", (_name, text) => {
    expect(timeOf(() => sentencesUnderHeads(text))).toBeLessThan(3_000);
  });
});
