import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PairLabel } from "../domain/label.ts";
import { UserError } from "../errors.ts";
import { appendLabels, labelsFile, readLabels } from "./label-store.ts";

let root: string;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "signalbox-labels-"));
  file = labelsFile(root, "research");
});
afterEach(() => rmSync(root, { recursive: true }));

const at = "2026-11-22T00:00:00Z";
const label = (id: string): PairLabel => ({
  ...{ kind: "pair", id, case: "c", question: "0".repeat(16), who: "anna", at, drawn: null },
  ...{ left: "a".repeat(16), right: "b".repeat(16), vote: "left" },
});

describe("the file of labels", () => {
  it("is made with its folder, and only ever grows", () => {
    expect(readLabels(file)).toEqual([]);
    appendLabels(file, [label("1")]);
    appendLabels(file, [label("2"), { kind: "undo", of: "1", who: "anna", at }]);
    expect(readLabels(file).map(({ id }) => id)).toEqual(["2"]);
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(4);
  });

  it("loses a torn last line, and nothing else", () => {
    appendLabels(file, [label("1")]);
    appendFileSync(file, '{"kind":"pair","id":"2"');
    expect(readLabels(file).map(({ id }) => id)).toEqual(["1"]);
    appendLabels(file, [label("3")]);
    expect(readLabels(file).map(({ id }) => id)).toEqual(["1", "3"]);
  });

  it.each([
    ["no JSON", "hello", "datasets/labels/research.jsonl:2: The line is not JSON."],
    ["no label", '{"kind": "pair"}', "datasets/labels/research.jsonl:2: The line is no label: "],
  ])("is refused with the line that is %s", (_name, line, message) => {
    appendLabels(file, [label("1")]);
    writeFileSync(file, `${readFileSync(file, "utf8")}${line}\n`);
    expect(() => readLabels(file)).toThrow(UserError);
    expect(() => readLabels(file)).toThrow(message);
  });
});
