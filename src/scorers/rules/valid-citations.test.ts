import { describe, expect, it } from "vitest";
import { aCase, gradeOf, scorerOf, wordsOn } from "../scorers.fixtures.ts";

const item = aCase({ vars: { sources: [{ id: "S1" }, { id: "s2" }] } });

describe("valid-citations", () => {
  it.each([
    ["It fell [S1]. It rose [s2].", 1, "cites 2 times, each a source"],
    ["It fell [S1]. It rose [S9][S9].", 1 / 3, "no such source: S9"],
    ["It fell.", 0, "cites nothing"],
    ["", 0, "cites nothing"],
  ])("reads %j", async (text, value, words) => {
    expect(await gradeOf(scorerOf("valid-citations"), text, item)).toBeCloseTo(value, 12);
    expect(await wordsOn(scorerOf("valid-citations"), text, item)).toBe(words);
  });

  it.each([
    ["It fell by 4 % [S1]. Nobody says why.", 1, "1 with figures, each with a source"],
    ["It fell by 4 %. [S1] It rose to 120.\n[S2]", 1, "2 with figures, each with a source"],
    ["It fell by 4 %. It rose to 120 [S2].", 0.5, 'no source for: "It fell by 4 %."'],
    ["It fell by 4 % [S9].", 0, 'no such source: S9; no source for: "It fell by 4 % [S9]."'],
    ["There are 3 reasons.", 1, "0 with figures, each with a source"],
    ["", 1, "0 with figures, each with a source"],
  ])("asks a source of every figure in %j", async (text, value, words) => {
    const scorer = scorerOf("valid-citations", { claims: "figures" });
    expect(await gradeOf(scorer, text, item)).toBe(value);
    expect(await wordsOn(scorer, text, item)).toBe(words);
  });

  it("refuses a case without sources", () => {
    expect(scorerOf("valid-citations").refuses(aCase())).toBe("its vars.sources have no ids");
    expect(scorerOf("valid-citations").refuses(item)).toBeUndefined();
  });
});
