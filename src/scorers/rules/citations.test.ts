import { describe, expect, it } from "vitest";
import { aCase, scorerOf, scoreText } from "../scorers.fixtures.ts";

const keyPoints = [
  { id: "k1", kind: "fact", weight: 1, text: "It fell by 4 %.", sources: ["S1"], match: [["fell"], ["4%"]] },
  { id: "k2", kind: "fact", weight: 1, text: "It rose.", sources: ["S2", "S3"], match: [["rose"]] },
  { id: "k3", kind: "gap", weight: 1, text: "Nobody says why.", sources: [], match: [["why"]] },
];
const item = aCase({ target: { keyPoints }, vars: { sources: [{ id: "S1" }, { id: "s2" }, { id: "S3" }] } });
const scorer = scorerOf("citations");

describe("citations", () => {
  it.each([
    ["one id", "It fell by 4 percent [S1]. It rose [S2]."],
    ["several ids", "It fell by 4% [S1, S2]. It rose [S2; S3]."],
    ["ids joined otherwise", "It fell by 4% [S1 and S2]. It rose [S2-S3]."],
    ["brackets side by side", "It fell by 4% [S1][S2]. It rose [S3]."],
    ["lower case", "It fell by 4% [s1]. It rose [s3]."],
    ["a place in the source", "It fell by 4% [S1, p. 2]. It rose [S2: table 3]."],
    ["the word source", "It fell by 4% [Source S1]. It rose [sources S2, S3]."],
    ["a footnote and a link", "It fell by 4% [^S1]. It rose [S2](https://example.org)."],
    ["Markdown inside", "It fell by 4% [**S1**]. It rose [`S2`]."],
    ["a citation after the stop", "It fell by 4%. [S1] It rose. [S2]"],
    ["one after the stop behind an introduction", "To begin with. It fell by 4%. [S1] It rose. [S3]"],
    ["one on a line of its own", "It fell by 4%.\n[S1]\nIt rose.\n[S2]"],
    ["a point without a source beside", "It fell by 4% [S1]. It rose [S2]. Nobody says why."],
  ])("accepts %s", async (_name, text) => {
    expect(await scoreText(scorer, text, item)).toEqual({
      state: "scored",
      value: 1,
      explanation: "2 key points cited",
    });
  });

  it.each([
    ["round brackets", "It fell by 4% (S1). It rose (S2).", 0, "not cited: It fell by 4 %; It rose"],
    ["no brackets", "S1 says it fell by 4%. It rose as S2 has it.", 0, "not cited: It fell by 4 %; It rose"],
    ["a wrong source", "It fell by 4% [S3]. Well. It rose [S1].", 0, "not cited: It fell by 4 %; It rose"],
    ["half of it", "It fell by 4% [S1]. Then. Well. It rose.", 0.5, "not cited: It rose"],
    ["a source that does not exist", "It fell by 4% [S1, S9]. It rose [S2].", 2 / 3, "no such source: S9"],
    ["one that does not exist, twice", "It fell by 4% [S1][S9]. It rose [S2][S9].", 0.5, "no such source: S9"],
    [
      "many that do not exist, and names but a few",
      "It fell by 4% [S1]. It rose [S2, A1, B2, C3, D4, E5, F6].",
      2 / 8,
      "no such source: A1, B2, C3, D4, E5 and 1 more",
    ],
    ["words in brackets", "It fell by 4% [sic]. It rose [2026].", 0, "not cited: It fell by 4 %; It rose"],
    ["nothing at all", "Who knows.", 0, "makes no key point from a source"],
    ["no point, a known source", "Who knows [S1].", 1, "makes no key point from a source"],
    ["no point, an unknown source", "Who knows [S7].", 0, "makes no key point from a source"],
  ])("marks down %s", async (_name, text, value, explanation) => {
    expect(await scoreText(scorer, text, item)).toEqual({ state: "scored", value, explanation });
  });
});
