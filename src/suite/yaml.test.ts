import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { complaintOf, makeFolder } from "./folder.fixtures.ts";
import { parseYaml, readYaml } from "./yaml.ts";

const Schema = z.strictObject({
  list: z.array(z.strictObject({ id: z.string(), size: z.strictObject({ width: z.number() }).optional() })),
  named: z.record(z.string(), z.strictObject({ width: z.number() })).default({}),
});
const parse = (text: string) => parseYaml(text, "f.yaml", Schema, "See docs.");
const complaint = (text: string) => complaintOf(() => parse(text));

const SOUND = `# A comment
list:
  - id: one
    size:
      width: 5
  - id: two
named:
  wide: &wide
    width: 9
  same: *wide
`;

describe("parseYaml", () => {
  it("says on which line a key or an item stands, or its nearest parent", () => {
    const { value, where } = parse(SOUND);
    expect(value.named).toEqual({ wide: { width: 9 }, same: { width: 9 } });
    const lines = [[], ["list"], ["list", 0], ["list", 0, "size"], ["list", 0, "size", "width"], ["list", 1, "size"]];
    expect(lines.map(where)).toEqual(["f.yaml:2", "f.yaml:2", "f.yaml:3", "f.yaml:4", "f.yaml:5", "f.yaml:6"]);
    expect(where(["named", "same"])).toBe("f.yaml:10");
    expect(where(["named", "same", "width"]), "through an alias, to what it names").toBe("f.yaml:9");
    expect(where(["nothing", "here"])).toBe("f.yaml:2");
  });

  it.each([
    [
      "a wrong value",
      SOUND.replace("width: 5", "width: broad"),
      "f.yaml:5: list[0].size.width: Invalid input: expected number",
    ],
    ["a key that is missing", SOUND.replace("width: 5", "{}"), "f.yaml:4: list[0].size.width: Invalid input"],
    [
      "a key too many",
      SOUND.replace("- id: two", "- id: two\n    sise: 1"),
      'f.yaml:7: list[1]: Unrecognized key: "sise"',
    ],
    [
      "a wrong value behind an alias",
      SOUND.replace("width: 9", "width: x"),
      "f.yaml:9: named.wide.width: Invalid input",
    ],
    [
      "a top-level key that is missing",
      "named: {}\n",
      "f.yaml:1: list: Invalid input: expected array, received undefined",
    ],
    ["a key that stands twice", `${SOUND}list: []\n`, "f.yaml:11: Not YAML: Map keys must be unique."],
    ["broken indentation", "list:\n  - id: one\n - id: two\n", "f.yaml:3: Not YAML: "],
    ["an alias of nothing", "list:\n  - id: one\nnamed:\n  a: *b\n", "f.yaml:4: Not YAML: Unresolved alias"],
    ["CRLF", "list:\r\n  - id: one\r\n  - id: 5\r\n", "f.yaml:3: list[1].id: Invalid input"],
    ["two documents", "list: []\n---\nlist: []\n", "f.yaml:2: Not YAML: "],
    ["nothing at all", "", "f.yaml:1: Invalid input: expected object, received null"],
    ["a mere text", "models", "f.yaml:1: Invalid input: expected object, received string"],
  ])("names file and line of %s", async (_name, text, message) => {
    expect(await complaint(text)).toContain(message);
  });

  it("refuses aliases that grow without bound", async () => {
    const layers = Array.from({ length: 9 }, (_, at) => `  l${at + 1}: &l${at + 1} [${`*l${at},`.repeat(9)}]`);
    expect(await complaint(`list: []\nnamed:\n  l0: &l0 [x]\n${layers.join("\n")}\n`)).toMatch(
      /Not YAML: Excessive alias/,
    );
  });
});

describe("readYaml", () => {
  it("shows the name it is given, not where the file lies", async () => {
    using folder = makeFolder({ "f.yaml": "list: 5\n" });
    const read = (name: string) => complaintOf(() => readYaml(join(folder.root, name), Schema, "See docs.", name));
    expect(await read("f.yaml")).toBe("f.yaml:1: list: Invalid input: expected array, received number. See docs.");
    expect(await read("gone.yaml")).toBe("gone.yaml: The file cannot be read. See docs.");
  });
});
