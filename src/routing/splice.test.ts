import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Layout, listTasks, switchTask } from "./listing.ts";
import { SAMPLES } from "./samples.fixtures.ts";
import { patchScalar, readTree } from "./splice.ts";

/** Numbers of the lines that differ. CR counts as content: no ending may change. */
function differing(before: string, after: string): number[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  expect(now.length).toBe(old.length);
  return old.flatMap((line, index) => (line === now[index] ? [] : [index + 1]));
}

describe("switchTask on files as people have them", () => {
  it.each(SAMPLES)("changes one line: $about", ({ file, layout, text, task, to, line }) => {
    const tree = readTree(text, file);
    const patch = switchTask(tree, layout, task, to);
    expect(differing(text, patch.text)).toEqual([line]);
    expect(patch.line).toBe(line);
    const after = listTasks(readTree(patch.text, file), layout);
    expect(after.map(({ key, model }) => [key, model])).toEqual(
      listTasks(tree, layout).map(({ key, model }) => [key, key === task ? to : model]),
    );
  });

  it("knows at least twenty of them", () => expect(SAMPLES.length).toBeGreaterThanOrEqual(20));
});

const NAME = fc.stringMatching(/^[A-Za-z][\w.-]{0,11}$/);
const VALUE = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9][\w./:-]{0,20}$/),
  fc.constantFrom(
    "no",
    "1e3",
    "0x1F",
    "null",
    "~",
    "2026-11-01",
    "- a",
    "a: b",
    "a #b",
    "x,y",
    "{a}",
    "it's",
    'say "x"',
    "*a",
    "12:30",
    "=",
    "<<",
  ),
);

interface Generated {
  readonly text: string;
  readonly file: string;
  readonly keys: readonly string[];
}

/** A file with a map `models` from task to model, between things that must stay as they are. */
const FILE: fc.Arbitrary<Generated> = fc
  .record({
    entries: fc.uniqueArray(fc.tuple(NAME, VALUE), { minLength: 1, maxLength: 6, selector: ([key]) => key }),
    json: fc.boolean(),
    flow: fc.boolean(),
    bom: fc.boolean(),
    ending: fc.constantFrom("\n", "\r\n"),
    indent: fc.integer({ min: 1, max: 9 }),
    tab: fc.boolean(),
    comments: fc.array(fc.constantFrom("", "# note", "#", "   # it's: {odd} [one] *x &y"), {
      minLength: 8,
      maxLength: 8,
    }),
    quotes: fc.array(fc.constantFrom('"', "'"), { minLength: 8, maxLength: 8 }),
    gaps: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 8, maxLength: 8 }),
    lastNewline: fc.boolean(),
  })
  .map((given) => {
    const { entries, json, flow, bom, ending, indent, tab, comments, quotes, gaps } = given;
    const file = json ? "t.jsonc" : "t.yaml";
    const pad = json && tab ? "\t" : " ".repeat(indent);
    const quoted = (value: string, index: number) =>
      json || quotes[index] === '"' ? JSON.stringify(value) : `'${value.replaceAll("'", "''")}'`;
    const plain = (value: string, index: number) =>
      !json && /^[a-z][a-z-]*$/.test(value) && !/^(no|null|y|n|yes|on|off|true|false)$/.test(value)
        ? value
        : quoted(value, index);
    const item = ([key, value]: [string, string], index: number) =>
      `${json ? JSON.stringify(key) : plain(key, index)}:${" ".repeat(gaps[index] as number)}${plain(value, index)}`;
    const note = (index: number) => {
      const text = (comments[index] as string).trimStart();
      return text === "" ? "" : ` ${json ? text.replace("#", "//") : text}`;
    };
    const lines = json
      ? [
          `{${note(6)}`,
          `${pad}"before": [1, 2.50, "x"],`,
          `${pad}"models": {${note(7)}`,
          ...entries.map((entry, index) => `${pad}${pad}${item(entry, index)},${note(index)}`),
          `${pad}},`,
          `${pad}"after": {"models": {"a": "b"}}`,
          "}",
        ]
      : [
          `before: [1, 2.50, x]${note(6)}`,
          ...(flow
            ? [`models:${" ".repeat(gaps[6] as number)}{ ${entries.map(item).join(" , ")} }${note(7)}`]
            : ["models:", ...entries.map((entry, index) => `${pad}${item(entry, index)}${note(index)}`)]),
          "after: { models: { a: b } }",
          "text: |",
          "  models:",
          "    a: b   ",
        ];
    const text = `${bom ? "\uFEFF" : ""}${lines.join(ending)}${given.lastNewline ? ending : ""}`;
    return { text, file, keys: entries.map(([key]) => key) };
  });

describe("patchScalar on generated files", () => {
  const layout: Layout = { format: "locator", locator: "/models/{task}" };

  it("changes one line, keeps every other byte, and reads back as asked", () => {
    fc.assert(
      fc.property(FILE, VALUE, fc.nat(), ({ text, file, keys }, value, pick) => {
        const tree = readTree(text, file);
        const key = keys[pick % keys.length] as string;
        const patch = patchScalar(tree, ["models", key], value);
        const before = listTasks(tree, layout);
        const was = before.find((task) => task.key === key)?.model;
        expect(differing(text, patch.text)).toEqual(patch.text === text ? [] : [patch.line]);
        const after = listTasks(readTree(patch.text, file), layout);
        expect(after.map((task) => [task.key, task.model])).toEqual(
          before.map((task) => [task.key, task.key === key ? value : task.model]),
        );
        // Back again: nothing was lost on the way.
        const back = patchScalar(readTree(patch.text, file), ["models", key], was as string);
        expect(listTasks(readTree(back.text, file), layout)).toMatchObject(
          before.map(({ key: k, model }) => ({ key: k, model })),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe("patchScalar refuses, with the place", () => {
  const refused = (text: string, path: string[], file = "t.yaml") => {
    try {
      return patchScalar(readTree(text, file), path, "new").text;
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("an anchor, an alias and a merge key", () => {
    expect(refused("a:\n  x: &m small\n  y: *m\n", ["a", "x"])).toMatch(
      /^t\.yaml:2: \/a\/x rests on an anchor \(&m\), so replacing it would change more than one value/,
    );
    expect(refused("a:\n  x: &m small\n  y: *m\n", ["a", "y"])).toMatch(/^t\.yaml:3: \/a\/y rests on an alias/);
    expect(refused("d: &d { x: small }\na:\n  <<: *d\n  y: big\n", ["a", "y"])).toMatch(
      /^t\.yaml:3: \/a\/y rests on a merge key \(<<\)/,
    );
    expect(refused("d: &d { x: small }\na: *d\n", ["d", "x"])).toMatch(/rests on an anchor \(&d\)/);
    expect(refused("d: &d { x: small }\na: *d\n", ["a", "x"])).toMatch(/rests on an alias/);
  });

  it("a text over several lines, a tag, a number, and nothing at all", () => {
    expect(refused("a: |\n  small\n", ["a"])).toContain("a block of text (| or >)");
    expect(refused('a: "small\n  one"\n', ["a"])).toContain("spans several lines");
    expect(refused("a: !model small\n", ["a"])).toContain("a tag (!model)");
    expect(refused("a: 3\n", ["a"])).toContain("holds no text");
    expect(refused("a:\n", ["a"])).toMatch(/^t\.yaml:1: \/a (rests on nothing at all|holds no text)/);
    expect(refused("a: x\n", ["b"])).toBe("t.yaml: There is nothing at /b. Check the path.");
  });

  it("a key that stands twice, several documents, and what does not parse", () => {
    expect(refused('{"a": {"x": "1", "x": "2"}}', ["a", "x"], "t.json")).toContain("a key that stands twice");
    expect(refused("a: x\na: y\n", ["a"])).toMatch(/^t\.yaml:2: Not YAML: /);
    expect(refused("a: x\n---\na: y\n", ["a"])).toMatch(/The file holds several YAML documents/);
    expect(refused('{"a": "x" "b": 1}', ["a"], "t.json")).toMatch(/^t\.json:1: Not JSON: CommaExpected/);
    expect(refused("", ["a"], "t.json")).toMatch(/^t\.json:1: /);
  });

  it("a new value that is no single line", () => {
    expect(() => patchScalar(readTree("a: x\n", "t.yaml"), ["a"], "x\ny")).toThrow("control character");
  });
});
