import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDraft, PieceWriter } from "./write.ts";

const fileFor = (name: string) => join(mkdtempSync(join(tmpdir(), "signalbox-write-")), name);

describe("a writer of pieces", () => {
  it("keeps their order, whichever is ready first", async () => {
    const file = fileFor("order.txt");
    const draft = openDraft(file);
    const writer = new PieceWriter(draft);
    const slow = Promise.withResolvers<string>();
    await writer.put("a");
    await writer.put(slow.promise);
    await writer.put(Promise.resolve("c"));
    await writer.put("d");
    slow.resolve("b");
    await writer.end();
    draft.commit();
    expect(readFileSync(file, "utf8")).toBe("abcd");
  });

  it("takes no more than a few pieces that are still in the making", async () => {
    const draft = openDraft(fileFor("bound.txt"));
    const writer = new PieceWriter(draft);
    const pieces: PromiseWithResolvers<string>[] = [];
    let taken = 0;
    const all = (async () => {
      for (let at = 0; at < 30; at++) {
        const piece = Promise.withResolvers<string>();
        pieces.push(piece);
        await writer.put(piece.promise);
        taken += 1;
      }
      await writer.end();
    })();
    await new Promise((resolve) => setImmediate(resolve));
    const held = taken;
    expect(held).toBeLessThan(10);
    pieces[0]?.resolve("first");
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toBe(held + 1);
    for (let at = 1; at < 30; at++) {
      pieces[at]?.resolve("");
      await new Promise((resolve) => setImmediate(resolve));
    }
    await all;
    draft.discard();
  });

  it("hands on what goes wrong with a piece, once it is its turn", async () => {
    const file = fileFor("fault.txt");
    const draft = openDraft(file);
    const writer = new PieceWriter(draft);
    await writer.put(Promise.reject(new Error("no room")));
    await expect(writer.end()).rejects.toThrow("no room");
    draft.discard();
    expect(existsSync(file)).toBe(false);
  });
});
