import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { expect, it } from "vitest";
import { NearDuplicates } from "./near-duplicates.ts";

const TEXT =
  "The ferry to the outer islands leaves at ten past seven on weekdays, and the crew asks passengers with bicycles to wait at the second gate until all cars are aboard.";

it("finds a text that was reworded here and there, and names the earlier one", () => {
  const seen = new NearDuplicates();
  expect(seen.add("a", TEXT)).toBeUndefined();
  expect(seen.add("b", "Something else altogether, about a lighthouse and its keeper's cat.")).toBeUndefined();
  expect(seen.add("c", TEXT.replace("ten past seven", "half past seven"))).toBe("a");
});

it("lets texts on one theme be", () => {
  const seen = new NearDuplicates();
  seen.add("a", TEXT);
  expect(
    seen.add("b", "On weekdays a ferry goes to the islands; bicycles wait while cars are taken aboard first."),
  ).toBeUndefined();
});

it("copes with short and empty texts", () => {
  const seen = new NearDuplicates();
  expect(seen.add("a", "")).toBeUndefined();
  expect(seen.add("b", "One two")).toBeUndefined();
  expect(seen.add("c", "one TWO!")).toBe("b");
});

it("finds nearly all texts of which one word in eight is another", () => {
  const words = Array.from({ length: 400 }, (_, at) => `word${at}`);
  const generator = xoroshiro128plus(7);
  const any = () => words[uniformInt(generator, 0, words.length - 1)] as string;
  const seen = new NearDuplicates();
  let found = 0;
  for (let at = 0; at < 200; at++) {
    const text = Array.from({ length: 40 }, any);
    expect(seen.add(`text ${at}`, text.join(" "))).toBeUndefined();
    const reworded = text.map((word, place) => (place % 8 === 3 ? any() : word));
    if (seen.add(`reworded ${at}`, reworded.join(" ")) === `text ${at}`) found += 1;
  }
  expect(found).toBeGreaterThanOrEqual(190);
});
