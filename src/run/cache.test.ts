import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Outcome, Trial } from "../domain/trial.ts";
import { openAnswerCache } from "./cache.ts";
import { makeCompletion } from "./run.fixtures.ts";

let folder = "";
let folders = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-cache-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const newFolder = () => join(folder, `cache-${++folders}`);
const same = (text: string) => text;
const keyOf = (index: number) => index.toString(16).padStart(8, "0").repeat(4);
const completed = (text: string): Outcome => ({
  state: "completed",
  completion: makeCompletion(text),
  attempts: 2,
  costUsd: 0.25,
});
const trialOf = (index: number, outcome: Outcome = completed(`answer ${index}`)): Trial => ({
  key: keyOf(index),
  caseId: "c",
  candidate: "m",
  repeat: 0,
  startedAt: "2026-11-01T00:00:00.000Z",
  outcome,
});

function keep(place: string, runId: string, ...trials: readonly Trial[]): void {
  const cache = openAnswerCache(place, runId, same);
  for (const trial of trials) cache.keep(trial);
  cache.close();
}

function textsOf(place: string, ...indices: readonly number[]): (string | undefined)[] {
  const cache = openAnswerCache(place, "reader", same);
  const texts = indices.map((index) => cache.find(keyOf(index))?.completion.text);
  cache.close();
  return texts;
}

describe("the cache of answers", () => {
  it("gives a later run what an earlier one paid for: the answer, its cost, its date, and whose it was", () => {
    const place = newFolder();
    keep(place, "run-1", trialOf(1), trialOf(2));
    const cache = openAnswerCache(place, "run-2", same);
    expect(cache.find(keyOf(2))).toEqual({
      runId: "run-1",
      startedAt: "2026-11-01T00:00:00.000Z",
      attempts: 2,
      costUsd: 0.25,
      completion: makeCompletion("answer 2"),
    });
    expect(cache.find(keyOf(3))).toBeUndefined();
    cache.close();
  });

  it("finds each of a thousand among several runs, the newest first", () => {
    const place = newFolder();
    const thousand = Array.from({ length: 1_000 }, (_, index) => index);
    keep(place, "run-1", ...thousand.map((index) => trialOf(index * 7)));
    keep(place, "run-2", trialOf(14, completed("asked again")));
    const texts = textsOf(place, ...thousand.map((index) => index * 7));
    expect(texts).toEqual(thousand.map((index) => (index === 2 ? "asked again" : `answer ${index * 7}`)));
    expect(textsOf(place, 1, 8, 6_994)).toEqual([undefined, undefined, undefined]);
  });

  it("tells keys apart that begin the same", () => {
    const place = newFolder();
    const like = (index: number): Trial => ({ ...trialOf(index), key: index.toString(16).padStart(32, "a") });
    keep(place, "run-1", ...[7, 3, 9, 1, 5].map(like));
    const cache = openAnswerCache(place, "reader", same);
    const found = [1, 2, 3, 5, 7, 9].map((index) => cache.find(like(index).key)?.completion.text);
    expect(found).toEqual(["answer 1", undefined, "answer 3", "answer 5", "answer 7", "answer 9"]);
    cache.close();
  });

  it("keeps answers alone: no failure, and nothing that came out of it", () => {
    const place = newFolder();
    const failed: Outcome = { state: "failed", reason: "timeout", message: "", attempts: 4, costUsd: 0 };
    keep(place, "run-1", trialOf(1, failed), { ...trialOf(2), from: "run-0" });
    expect(textsOf(place, 1, 2)).toEqual([undefined, undefined]);
  });

  it("makes nothing on disk before there is something to keep", () => {
    const place = newFolder();
    keep(place, "run-1");
    expect(() => readdirSync(place)).toThrow("ENOENT");
  });

  it("leaves the index that who finds none would make", () => {
    const place = newFolder();
    keep(place, "run-1", trialOf(3), trialOf(1), trialOf(2, completed("ä")));
    const index = join(place, "run-1.index");
    const left = readFileSync(index);
    rmSync(index);
    expect(textsOf(place, 1, 2, 3)).toEqual(["answer 1", "ä", "answer 3"]);
    expect(readFileSync(index)).toEqual(left);
  });

  it("makes an index once, and again where a run has gone on since", () => {
    const place = newFolder();
    keep(place, "run-1", trialOf(1));
    expect(textsOf(place, 1, 2)).toEqual(["answer 1", undefined]);
    const index = join(place, "run-1.index");
    const before = statSync(index).mtimeMs;
    expect(textsOf(place, 1)).toEqual(["answer 1"]);
    expect(statSync(index).mtimeMs).toBe(before);
    keep(place, "run-1", trialOf(2));
    expect(textsOf(place, 1, 2)).toEqual(["answer 1", "answer 2"]);
  });

  it("passes over torn and foreign lines, and over an index of something else", () => {
    const place = newFolder();
    keep(place, "run-1", trialOf(1));
    const file = join(place, "run-1.jsonl");
    appendFileSync(file, `not JSON\n{"key":"x"}\n${readFileSync(file, "utf8").slice(0, 80)}`);
    keep(place, "run-1", trialOf(2));
    expect(textsOf(place, 1, 2)).toEqual(["answer 1", "answer 2"]);
    const index = readFileSync(join(place, "run-1.index"));
    index.writeDoubleLE(3, 8 + 16);
    writeFileSync(join(place, "run-1.index"), index);
    expect(textsOf(place, 1, 2)).toEqual([undefined, "answer 2"]);
  });

  it("scrubs what it writes", () => {
    const place = newFolder();
    const cache = openAnswerCache(place, "run-1", (text) => text.replaceAll("sk-secret", "[key]"));
    cache.keep(trialOf(1, completed("sk-secret")));
    cache.close();
    expect(readFileSync(join(place, "run-1.jsonl"), "utf8")).not.toContain("sk-secret");
    expect(textsOf(place, 1)).toEqual(["[key]"]);
  });

  it("lets two runs keep answers at the same time", () => {
    const place = newFolder();
    const [one, two] = [openAnswerCache(place, "run-1", same), openAnswerCache(place, "run-2", same)];
    for (let index = 0; index < 50; index++) (index % 2 === 0 ? one : two).keep(trialOf(index));
    one.close();
    two.close();
    expect(textsOf(place, 0, 1, 48, 49)).toEqual(["answer 0", "answer 1", "answer 48", "answer 49"]);
  });
});
