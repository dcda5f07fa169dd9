import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { LineFile, readLines } from "./lines.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-lines-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "lines.txt");

/** Short ones, and some that no window holds. */
const lengths = fc.oneof({ weight: 9, arbitrary: fc.nat(300) }, { weight: 1, arbitrary: fc.nat(600_000) });

describe("LineFile", () => {
  it("gives the line that starts at a byte, in whatever order they are asked for", () => {
    fc.assert(
      fc.property(
        fc.array(lengths, { minLength: 1, maxLength: 60 }),
        fc.array(fc.nat(), { maxLength: 60 }),
        (sizes, picks) => {
          // Two bytes a character, so that places in the text are none in the file.
          const texts = sizes.map((size, index) => `${index} ${"é".repeat(size)}`);
          writeFileSync(file, `${texts.join("\n")}\n`);
          const starts: number[] = [];
          for (const { at } of readLines(file)) starts.push(at);
          const lines = new LineFile(file);
          const order = [...texts.keys(), ...picks.map((pick) => pick % texts.length)];
          const read = order.map((index) => lines.lineAt(starts[index] as number));
          lines.close();
          expect(read).toEqual(order.map((index) => texts[index]));
        },
      ),
      { numRuns: 30 },
    );
  });

  it("gives what follows the last line end", () => {
    writeFileSync(file, "one\ntwo");
    const lines = new LineFile(file);
    expect([lines.lineAt(4), lines.lineAt(0)]).toEqual(["two", "one"]);
    lines.close();
  });
});
