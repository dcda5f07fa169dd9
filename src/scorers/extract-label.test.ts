import { describe, expect, it } from "vitest";
import { extractLabel } from "./extract-label.ts";
import { timeOf } from "./scorers.fixtures.ts";

const QUEUES = ["billing", "refund", "cancellation", "login", "bug", "outage", "how-to", "feature-request", "other"];
const LETTERS = ["A", "B", "C", "D", "E", "F"];

describe("extractLabel", () => {
  it.each([
    ["the label alone", "refund", "refund"],
    ["capitals and a stop", "REFUND!!!", "refund"],
    ["Markdown", "**Refund**", "refund"],
    ["a heading", "## refund", "refund"],
    ["a quoted line", "> refund", "refund"],
    ["a list item", "- refund", "refund"],
    ["code", "`refund`", "refund"],
    ["straight quotes", '"refund"', "refund"],
    ["German quotes", "„refund“", "refund"],
    ["French quotes", "«refund»", "refund"],
    ["full-width letters", "ｒｅｆｕｎｄ", "refund"],
    ["a hidden character", "re\u200bfund", "refund"],
    ["tags", "<label>refund</label>", "refund"],
    ["another separator", "Feature Request", "feature-request"],
    ["an underscore", "feature_request", "feature-request"],
    ["no separator", "featurerequest", "feature-request"],
    ["JSON", '{"label": "Refund"}', "refund"],
    ["JSON in a fence, with braces in a text", '```json\n{"answer": "refund", "why": "not {billing}"}\n```', "refund"],
    ["nested JSON", '{"result": {"label": "refund"}}', "refund"],
    ["the last JSON", '{"label": "bug"}\nNo, rather:\n{"label": "refund"}', "refund"],
    ["the outer JSON", '{"label": "refund", "others": [{"label": "billing"}]}', "refund"],
    ["a field that reasons", '{"category": "refund, because they want money back"}', "refund"],
    ["a statement", "I read it twice. The label is refund.", "refund"],
    ["a statement in bold", "**Category:** `refund`", "refund"],
    ["an arrow", "Queue → refund", "refund"],
    ["the last of two statements", "First I thought label: billing, but final answer: refund", "refund"],
    ["a statement before a denied one", "Final answer: refund. Not category: billing", "refund"],
    ["a draft before the reply", "<think>label: billing</think>\nIt is a refund", "refund"],
    ["a mark", "Refund: the writer disputes a billing entry", "refund"],
    ["a mark with a dash", "Refund — the writer disputes a billing entry", "refund"],
    ["a mark with a reason", "Refund because the billing was wrong", "refund"],
    ["a label set off by a comma", "Refund, although it looks like billing", "refund"],
    ["a first line", "refund\n\nThe writer wants the billing undone.", "refund"],
    ["a last line", "They mention billing and login.\n\nrefund", "refund"],
    ["a conclusion", "Framed as a billing error, but the ask is for money back. refund.", "refund"],
    ["a conclusion with so", "It only quotes a bug to explain the outage, so refund.", "refund"],
    ["the only mention", "I'd choose refund here.", "refund"],
    ["a label per line", "billing: no\nrefund: yes", "refund"],
    ["an assertion among mentions", "The category that fits best is refund, though billing is close.", "refund"],
    ["a verdict after the label", "It looks like login, but so many are hit that outage is the right queue.", "outage"],
    ["prose that has a label's words", "They ask how to get their money back: a refund", "refund"],
    ["the primary of two", "Primary label: refund / Secondary label: bug", "refund"],
    ["the primary of two, in short", "Primary: refund; secondary: bug", "refund"],
    ["the one before an alternative", "Final answer: refund. Alternative answer: billing.", "refund"],
    ["the one beside a second choice", "I'd say refund, second choice: billing", "refund"],
    ["what a question is answered with", "It's a bug? No, refund.", "refund"],
    ["what is said after a question", "It's a bug? Hm, I'd say refund.", "refund"],
    ["a statement after a question", "The label is bug? The label is refund.", "refund"],
    ["a table", "| label |\n|---|\n| refund |", "refund"],
  ])("reads %s", (_name, reply, label) => {
    expect(extractLabel(reply, QUEUES)).toBe(label);
  });

  it.each([
    ["this is not billing, it is a refund", "refund"],
    ["This is not billing. It is a refund request.", "refund"],
    ["Not billing; refund", "refund"],
    ["refund, not billing", "refund"],
    ["refund (not billing)", "refund"],
    ["Refund rather than billing", "refund"],
    ["It isn't a bug, it's how-to.", "how-to"],
    ["It isn't billing. It isn't a refund. So it must be a bug.", "bug"],
    ["The label is not billing but refund", "refund"],
    ["The label is neither billing nor refund; it is bug", "bug"],
    ["Label: refund (not billing)", "refund"],
    ["Billing is wrong here; I'd say refund", "refund"],
    ["If it were a bug they would say so; it is a feature request.", "feature-request"],
    ["Das ist kein bug, sondern ein refund.", "refund"],
    ["Das ist refund, nicht billing", "refund"],
    ["Ce n'est pas billing, c'est refund", "refund"],
    ["No es billing, es refund.", "refund"],
    ["不是billing，是refund", "refund"],
    ["これはrefundです", "refund"],
  ])("does not take a denied label for the answer: %s", (reply, label) => {
    expect(extractLabel(reply, QUEUES)).toBe(label);
  });

  it.each([
    "",
    "   \n ",
    "I cannot classify this.",
    "None of the other labels fits",
    "billing or refund",
    "Category: billing or refund",
    "Label: Refund / Billing",
    "billing, refund",
    "billing\nrefund",
    "billing: 0.2, refund: 0.8",
    "The options are billing, refund and bug.",
    "I cannot decide between billing and refund.",
    "There is not enough to tell whether this is billing or refund.",
    "none of billing, refund, bug or login",
    "label: not billing",
    "Secondary label: bug",
    "Alternatively: billing",
    "I would not call it a refund",
    '{"label": "unknown", "why": "looks like billing"}',
    "refunds",
    "billing-related",
  ])("names none where the reply settles on none: %j", (reply) => {
    expect(extractLabel(reply, QUEUES)).toBeUndefined();
  });

  it.each([
    ["E: LoveF:AEBD", "E"],
    ["b", "B"],
    ["(C)", "C"],
    ["D.", "D"],
    ["(C) because of the tone", "C"],
    ["Answer: **C**", "C"],
    ["answer: b", "B"],
    ["The answer is (D).", "D"],
    ["\\boxed{C}", "C"],
    ["Option B is correct.", "B"],
    ["A customer wrote this, so it is B.", "B"],
    ["It is C because D is wrong.", "C"],
    ["It's not A but C", "C"],
    ["A: wrong\nB: wrong\nC: right\nThe answer is C", "C"],
    ["The correct option is B, since A is too early.", "B"],
    ["A is right", "A"],
    ['{"answer": "F"}', "F"],
  ])("reads an option letter: %s", (reply, letter) => {
    expect(extractLabel(reply, LETTERS)).toBe(letter);
  });

  it.each([
    "A good question. I am not sure.",
    "The answer is a matter of taste",
    "ABCDEF",
    "Both A and B",
    "(B) and (C)",
    "A: wrong\nB: right\nC: right",
    "I think",
  ])("does not take letters of prose for options: %j", (reply) => {
    expect(extractLabel(reply, LETTERS)).toBeUndefined();
  });

  it("prefers a longer label to one inside it", () => {
    expect(extractLabel("This is not spam", ["spam", "not spam"])).toBe("not spam");
    expect(extractLabel("I'd pick C++ for it", ["C", "C#", "C++"])).toBe("C++");
    expect(extractLabel("C#", ["C", "C#", "C++"])).toBe("C#");
  });

  it("takes labels with signs of regular expressions as they are", () => {
    expect(extractLabel("Label: a.b(c)", ["a.b(c)", "axb"])).toBe("a.b(c)");
    expect(extractLabel("n/a", ["n/a", "yes"])).toBe("n/a");
  });

  it.each([
    ["letters", "x".repeat(1e6)],
    ["spaces", `${" ".repeat(1e6)}y`],
    ["quotes", `x${'"'.repeat(1e6)}x`],
    ["stops", `x${". ".repeat(5e5)}x`],
    ["lines", `${"\n".repeat(1e6)}x`],
    ["a word of statements", `${"label ".repeat(170_000)}is`],
    ["the same label", "refund ".repeat(150_000)],
    ["denials", "not refund or billing, ".repeat(45_000)],
    ["open braces", '{"a":1,'.repeat(150_000)],
    ["nested objects", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
    ["option letters", "A ".repeat(5e5)],
  ])("takes linear time over 1 MB of %s", (_name, reply) => {
    // Once compiled to machine code a pattern may take another path, so it runs warm.
    for (const labels of [QUEUES, LETTERS]) {
      for (let warm = 0; warm < 3; warm++) extractLabel("The label is not billing; refund, so A.", labels);
      expect(timeOf(() => extractLabel(reply, labels))).toBeLessThan(3_000);
    }
  });
});
