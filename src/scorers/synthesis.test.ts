import { describe, expect, it } from "vitest";
import { aCase, scorerOf, scoreText } from "./scorers.fixtures.ts";
import { numbersIn, readSynthesis, SynthesisTarget } from "./synthesis.ts";

const POINT = { kind: "fact", sources: ["S1"] };
const TARGET = {
  keyPoints: [
    { ...POINT, id: "k1", weight: 2, text: "We cost 4,908.", match: [["we", "our"], ["4908"]] },
    { ...POINT, id: "k2", weight: 1, text: "They cost 5,198.", match: [["5198"]], unless: ["wrongly"] },
  ],
  forbidden: [
    { id: "f1", text: "They cost 4,068.", match: [["4068"]], unless: ["without", "not"] },
    { id: "f2", text: "Support is free.", match: [["support"], ["free"]] },
  ],
};
const item = aCase({ target: TARGET, vars: { sources: [{ id: "S1" }] } });

describe("key-points", () => {
  const scorer = scorerOf("key-points");

  it.each([
    ["We come to £4,908. They come to £5,198.", 1, "2 of 2 key points"],
    ["Our first year?\nThat is 4908.", 2 / 3, "1 of 2 key points; missing: They cost 5,198"],
    ["They cost 5,198.", 1 / 3, "1 of 2 key points; missing: We cost 4,908"],
    ["Some wrongly say 5,198.", 0, "0 of 2 key points; missing: We cost 4,908; They cost 5,198"],
    ["", 0, "0 of 2 key points; missing: We cost 4,908; They cost 5,198"],
  ])("gives %j the weighted share %f", async (text, value, explanation) => {
    expect(await scoreText(scorer, text, item)).toEqual({ state: "scored", value, explanation });
  });
});

describe("forbidden-claims", () => {
  const scorer = scorerOf("forbidden-claims");

  it.each([
    ["They cost 5,198.", 1, "makes no claim that it must not make"],
    ["They cost 4,068.", 0.5, "makes 1 false claim(s): They cost 4,068"],
    ["Without fees they cost 4,068.", 1, "makes no claim that it must not make"],
    ["4,068, and support is free.", 0.25, "makes 2 false claim(s): They cost 4,068; Support is free"],
    ['Their page says "it is 4,068 a year" today.', 1, "makes no claim that it must not make"],
    ['They cost "4,068".', 0.5, "makes 1 false claim(s): They cost 4,068"],
    ["Support is “free”.", 0.5, "makes 1 false claim(s): Support is free"],
    ["They cost 4,068. That is untrue.", 1, "makes no claim that it must not make"],
    ["Support exists. The trial is free.", 1, "makes no claim that it must not make"],
  ])("gives %j %f", async (text, value, explanation) => {
    expect(await scoreText(scorer, text, item)).toEqual({ state: "scored", value, explanation });
  });
});

describe("what an answer asserts", () => {
  it.each([
    ["Support is free.", ["f2"]],
    ['The brochure says "support is free" and nothing else.', []],
    ["“Support is free” is what they say.", []],
    ['*"Support free":* we pay 40 a month.', []],
    ["| Item | Not true |\n|---|---|\n| Costs | 4,068 |", []],
    ["Support is free, they write. That is untrue.", []],
    ["Support is free. That is what we pay for.", ["f2"]],
  ])("of %j is %j: quotations and what is denied at once are no claims", (text, claims) => {
    expect(readSynthesis(text, SynthesisTarget.parse(TARGET)).claims).toEqual(claims);
  });
});

describe("the target of a synthesis case", () => {
  it("is refused where a phrase folds to nothing", () => {
    const target = { keyPoints: [{ ...POINT, id: "k", weight: 1, text: "t", match: [["a"], ["**"]] }] };
    expect(scorerOf("key-points").refuses(aCase({ target }))).toBe(
      "target.keyPoints.0.match.1.0: folds to nothing, and nothing is found everywhere",
    );
  });

  it("names the points and the claims of a text, and its numbers", () => {
    const target = SynthesisTarget.parse(TARGET);
    expect(readSynthesis("We: 4,908. They: 4,068.", target)).toEqual({ points: ["k1"], claims: ["f1"] });
    expect(readSynthesis("| | Us | We |\n|---|---|---|\n| Total | 1 | 4,908 |", target).points).toEqual(["k1"]);
    expect(readSynthesis("We know.\n\nIt is 4,908.", target).points).toEqual([]);
    expect(numbersIn("From 1,200 to 3.5 %, twelve times")).toEqual(["1200", "3.5", "12"]);
  });
});
