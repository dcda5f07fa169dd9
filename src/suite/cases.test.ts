import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cases, openCases } from "./cases.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-cases-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** With a case of so many words: of a small file all cases are kept, of a large one the last ones. */
const linesWith = (words: number) => [
  '\uFEFF{"id":"a","input":"\u00e9\u2028\ud83d\ude80","tags":{"t":"x"}}\r',
  "",
  '{"id":"b","input":"two","tags":{"t":"x"},"clusterId":"k"}',
  `{"id":"c","input":"${"long ".repeat(words)}"}`,
  ...Array.from({ length: 200 }, (_, at) => `{"id":"d-${at}","input":"number ${at}"}`),
  '{"id":"last","input":"no line end"}',
];

function openWith(words: number): { cases: Cases; seen: string[] } {
  const file = join(folder, "d.jsonl");
  writeFileSync(file, linesWith(words).join("\n"));
  const seen: string[] = [];
  const cases = openCases(file, "d.jsonl", ({ item, where }) => seen.push(`${where} ${item.id}`));
  return { cases, seen };
}

describe.each([
  ["small", 20_000],
  ["large", 250_000],
])("Cases of a %s file", (_, words) => {
  const open = () => openWith(words);

  it("shows every case once, with its line, and keeps ids, tags and clusters", () => {
    const { cases, seen } = open();
    expect(seen.slice(0, 3)).toEqual(["d.jsonl:1 a", "d.jsonl:3 b", "d.jsonl:4 c"]);
    expect(seen).toHaveLength(204);
    expect([...cases.facts].slice(0, 2)).toEqual([
      { id: "a", tags: { t: "x" }, clusterId: undefined },
      { id: "b", tags: { t: "x" }, clusterId: "k" },
    ]);
    cases.close();
  });

  it("reads the same cases again, in whatever order and however often", () => {
    const { cases } = open();
    const ids = [...cases].map(({ id }) => id);
    const back = cases.pick(ids.map((_, index) => ids.length - 1 - index));
    expect([...back].map(({ id }) => id)).toEqual(ids.toReversed());
    expect(back.facts.at(0)?.id).toBe("last");
    expect(back.at(0).input).toBe("no line end");
    expect(back.whereIs(0)).toBe("d.jsonl:205");
    expect(back.pick([back.length - 1]).at(0).input).toBe("\u00e9\u2028\ud83d\ude80");
    expect(back.get("c")?.input).toHaveLength("long ".length * words);
    expect([back.get("d-7")?.input, back.get("none"), back.has("a"), back.has("z")]).toEqual([
      "number 7",
      undefined,
      true,
      false,
    ]);
    expect([back.indexOf("last"), back.indexOf("a"), back.lineOf("last")]).toEqual([0, 203, 205]);
    cases.close();
  });

  it("picks some cases and knows nothing of the others", () => {
    const { cases } = open();
    const some = cases.pick([2, 0]);
    expect([...some.facts].map(({ id }) => id)).toEqual(["c", "a"]);
    expect([...some.between(1, 9)].map(({ id }) => id)).toEqual(["a"]);
    expect([some.has("b"), some.get("b"), some.length, cases.has("b")]).toEqual([false, undefined, 2, true]);
    cases.close();
  });

  it("has no case beyond its end", () => {
    const { cases } = open();
    expect(() => cases.pick([]).at(0)).toThrow(RangeError);
    expect(() => cases.pick([204])).toThrow(RangeError);
    cases.close();
  });
});
