import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fileSha256, readDataset } from "./dataset.ts";
import { complaintOf, makeFolder } from "./folder.fixtures.ts";

function read(text: string) {
  using folder = makeFolder({ "d.jsonl": text });
  return Array.from(readDataset(join(folder.root, "d.jsonl"), "datasets/d.jsonl"));
}

const complaint = (text: string) => complaintOf(() => read(text));
const line = (id: string, more = "") => `{"id": "${id}", "input": "Why?"${more}}`;

describe("readDataset", () => {
  it("reads cases with their lines, past a BOM, CRLF, blank lines and a missing last line break", () => {
    const cases = read(`\uFEFF${line("a")}\r\n\r\n  \n${line("b", ', "target": 5')}`);
    expect(cases.map(({ item, where }) => [item.id, item.target, where])).toEqual([
      ["a", undefined, "datasets/d.jsonl:1"],
      ["b", 5, "datasets/d.jsonl:4"],
    ]);
  });

  it("fills in what a case leaves out", () => {
    const [first] = read(line("a"));
    expect(first?.item).toEqual({ id: "a", input: "Why?", vars: {}, tags: {}, metadata: {} });
  });

  it("does not end a line at a Unicode line separator inside a text", () => {
    const cases = read(`{"id": "a", "input": "one\u2028two\u2029three"}\n${line("b")}\n`);
    expect(cases.map(({ item, where }) => [item.input, where])).toEqual([
      ["one\u2028two\u2029three", "datasets/d.jsonl:1"],
      ["Why?", "datasets/d.jsonl:2"],
    ]);
  });

  it("keeps letters whole that fall on the border of two reads", () => {
    const text = "é日😀".repeat(30_000);
    const [first] = read(JSON.stringify({ id: "a", input: text }));
    expect(first?.item.input).toBe(text);
  });

  it("names the line that is not JSON, and the column in it", async () => {
    const lines = Array.from({ length: 47 }, (_, index) => line(`c-${index}`));
    expect(await complaint([...lines, '{"id": "c-47", input: "x"}'].join("\n"))).toMatch(
      /^datasets\/d\.jsonl:48: The line is not JSON: Expected .+ at column 16\. Write one whole JSON object a line/,
    );
  });

  it("names both lines of an id that stands twice", async () => {
    expect(await complaint(`${line("a")}\n${line("b")}\n\n${line("a")}\n`)).toBe(
      'datasets/d.jsonl:4: Case id "a" stands on line 1 already. Ids name the same case in every run, so each must be unique. Rename one.',
    );
  });

  it.each([
    ["no object", "[1]", "Not a case: Invalid input: expected object, received array."],
    ["no id", '{"input": "x"}', "Not a case: id: Invalid input: expected string, received undefined."],
    ["an unknown field", line("a", ', "traget": 1'), 'Case "a" is none: Unrecognized key: "traget".'],
    [
      "an empty input",
      '{"id": "a", "input": ""}',
      'Case "a" is none: input: Too small: expected string to have >=1 characters.',
    ],
    ["a tag that is no text", line("a", ', "tags": {"level": 3}'), 'Case "a" is none: tags.level: '],
    [
      "a message of an unknown role",
      '{"id": "a", "input": [{"role": "bot", "content": "x"}]}',
      'Case "a" is none: input[0].role: Invalid option',
    ],
  ])("says what is wrong with a case that has %s", async (_name, text, what) => {
    expect(await complaint(text)).toContain(`datasets/d.jsonl:1: ${what}`);
  });

  it.each(["", "\n\n", "\uFEFF"])("refuses a dataset without a case: %j", async (text) => {
    expect(await complaint(text)).toBe("datasets/d.jsonl: The dataset has no case. Add at least one line.");
  });

  it("refuses a file that is missing, and a folder", async () => {
    using folder = makeFolder({ "inner/x": "" });
    for (const name of ["gone.jsonl", "inner"]) {
      const reading = () => Array.from(readDataset(join(folder.root, name), `datasets/${name}`));
      expect(await complaintOf(reading)).toMatch(`datasets/${name}: The file does not exist.`);
    }
  });
});

it("hashes a file by its bytes", () => {
  using folder = makeFolder({ a: "x\n", b: "x\r\n" });
  expect(fileSha256(join(folder.root, "a"))).toBe("73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac");
  expect(fileSha256(join(folder.root, "b"))).not.toBe(fileSha256(join(folder.root, "a")));
});
