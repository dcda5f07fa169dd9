import { describe, expect, it } from "vitest";
import { compilePattern, foldedSentences, foldText } from "./passages.ts";
import { timeOf } from "./scorers.fixtures.ts";

const says = (text: string, ...phrases: string[]) =>
  compilePattern({ match: [phrases] }, 1).find(foldedSentences(text)) >= 0;

describe("foldText", () => {
  it.each([
    ["1,200 parcels", "1200 parcels"],
    ["1,200,000", "1200000"],
    ["1\u202f200 and 12\u00a0345", "1200 and 12345"],
    ["in 2019 300 people", "in 2019 300 people"],
    ["12,5 Prozent", "12,5 prozent"],
    ["1,2000", "1,2000"],
    ["4 percent, 4 per cent, 4 %, 4%", "4%, 4%, 4%, 4%"],
    ["4 percentage points", "4 percentage points"],
    ["$3 million, 3.2 millions, a 3-million loan, 3 mn", "$3m, 3.2m, a 3m loan, 3m"],
    ["three million", "3m"],
    ["2 billion and 2bn", "2b and 2b"],
    ["£ 5.75", "£5.75"],
    ["Twelve of ten", "12 of 10"],
    ["sixty call-outs, thirty-seven seats, fourteen months", "60 call-outs, 37 seats, 14 months"],
    ["one of the twenty-one", "one of the 21"],
    ["99.90 %, 8.0 percent, 10 %, 0.05 %", "99.9%, 8%, 10%, 0.05%"],
    ["someone often weighs", "someone often weighs"],
    ["“It’s” – a **test**", '"it\'s" - a test'],
    ["４０％", "40%"],
    ["  a\n\t b  ", "a b"],
  ])("folds %j to %j", (text, folded) => {
    expect(foldText(text)).toBe(folded);
  });

  it("gives the same when folded again", () => {
    const folded = foldText("“1,200” at 4 per cent of £ 3 million – twelve");
    expect(foldText(folded)).toBe(folded);
  });
});

describe("foldedSentences", () => {
  it("ends a sentence at a stop, and at a line break", () => {
    expect(foldedSentences('Costs 4.5 %. Fell "by half." Then rose!\n- One item\n- Another')).toEqual([
      "costs 4.5%.",
      'fell "by half.',
      "then rose!",
      "- one item",
      "- another",
    ]);
  });
});

describe("compilePattern", () => {
  it.each([
    ["14 items", "4"],
    ["4.5 items", "4"],
    ["0.4 items", "4"],
    ["40 items", "4"],
    ["4,5 Stück", "4"],
    ["4,000 items", "4"],
    ["£5.75 each", "£5"],
    ["version b4", "4"],
    ["the category", "cat"],
    ["3.5m", "5m"],
    ["$57", "$5"],
    ["14%", "4%"],
  ])("does not find in %j the number or word %j inside a longer one", (text, phrase) => {
    expect(says(text, phrase)).toBe(false);
  });

  it.each([
    ["It takes 4.", "4"],
    ["(4)", "4"],
    ["four items", "4"],
    ["4 items", "four"],
    ["4,908 in all", "4908"],
    ["$4 million", "4 million"],
    ["it fell 4 percent", "4%"],
    ["set-up fee", "set up"],
    ["set up fee", "set-up"],
    ["set\u2011up fee", "set-up"],
    ["the separately charged", "separate*"],
    ["an add-on", "add*"],
    ["between 2019-2021", "2019-2021"],
    ["Prices (net) apply", "prices (net)"],
    ["at 14:00 sharp", "14:00"],
    ["Which one?", "?"],
    ["US$5 each", "$5"],
    ["it fell 4%.", "4%"],
  ])("finds in %j the phrase %j", (text, phrase) => {
    expect(says(text, phrase)).toBe(true);
  });

  it("takes a letter or a digit of any script for the rest of a word, and nothing else", () => {
    const cat = compilePattern({ match: [["cat"]] }, 1);
    const found = (text: string) => cat.find([text]) === 0;
    const faults: string[] = [];
    for (let point = 0; point < 0x30_000; point++) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const other = String.fromCodePoint(point);
      const goesOn = /[\p{L}\p{N}]/u.test(other);
      for (const text of [`a cat${other} b`, `a ${other}cat b`]) if (found(text) === goesOn) faults.push(text);
    }
    expect(faults).toEqual([]);
    const any = compilePattern({ match: [["cat* b"]] }, 1);
    expect(["cats b", "caté b", "catą b", "cat– b", "cat€ b", "cat→ b"].map((text) => any.find([text]))).toEqual([
      0, 0, 0, -1, -1, -1,
    ]);
  });

  it("wants every group, any phrase of each, within the span", () => {
    const pattern = { match: [["cost*", "price"], ["4908"]] };
    const apart = ["the price is known.", "it is 4908."];
    expect(compilePattern(pattern, 1).find(apart)).toBe(-1);
    expect(compilePattern(pattern, 2).find(apart)).toBe(0);
    expect(compilePattern(pattern, 2).find(["the price.", "well.", "it is 4908."])).toBe(-1);
  });

  it("says where the passage begins that says it, without what stands before", () => {
    const pattern = { match: [["price"], ["4908"]] };
    expect(compilePattern(pattern, 2).find(["hello.", "the price is 4908."])).toBe(1);
    expect(compilePattern(pattern, 2).find(["hello.", "the price:", "4908."])).toBe(1);
  });

  it("is voided by `unless` in the same passage", () => {
    const pattern = { match: [["4068"]], unless: ["without", "ignor*"] };
    expect(compilePattern(pattern, 1).find(["it is 4068 without fees."])).toBe(-1);
    expect(compilePattern(pattern, 1).find(["ignoring fees, 4068."])).toBe(-1);
    expect(compilePattern(pattern, 1).find(["without doubt.", "it is 4068."])).toBe(1);
  });

  it.each([
    ["one word", "set".repeat(330_000)],
    ["hyphens", "set-".repeat(250_000)],
    ["a run of hyphens", `set${"-".repeat(1e6)}`],
    ["commas and digits", "4,".repeat(5e5)],
    ["digits and spaces", "4 ".repeat(5e5)],
    ["stops and quotes", `."'`.repeat(330_000)],
    ["a run of quotes after a stop", `.${'"'.repeat(1e6)}x`],
    ["spaces", `4${" ".repeat(1e6)}x`],
    ["sentences", "a set. ".repeat(140_000)],
  ])("takes linear time over 1 MB of %s", (_name, text) => {
    const pattern = compilePattern({ match: [["set* up", "4 percent", "s* t* u*"], ["never"]] }, 2);
    expect(timeOf(() => pattern.find(foldedSentences(text)))).toBeLessThan(3_000);
  });
});
