import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JournalRecord } from "../ports.ts";
import { openJournal, openRecords, readJournal } from "./journal.ts";
import { makeCompletion } from "./run.fixtures.ts";

let folder = "";
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-journal-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const newFile = () => join(folder, `journal-${++files}.jsonl`);
const same = (text: string) => text;

function answer(key: string, text = "yes"): JournalRecord {
  const outcome = { state: "completed" as const, completion: makeCompletion(text), attempts: 1, costUsd: 0.1 };
  return { type: "trial", trial: { key, caseId: "c", candidate: "m", repeat: 0, startedAt: "now", outcome } };
}

const scores = (key: string): JournalRecord => ({
  type: "scores",
  scores: { key, caseId: "c", candidate: "m", repeat: 0, scores: {}, quality: 1 },
});

function readAll(file: string): JournalRecord[] {
  return Array.from(readJournal(file), ({ at: _, ...record }) => record);
}

async function write(file: string, ...records: readonly JournalRecord[]): Promise<void> {
  const journal = openJournal(file, same);
  for (const record of records) journal.append(record);
  await journal.close();
}

describe("a journal", () => {
  it("gives back what was appended, in order, over several openings", async () => {
    const file = newFile();
    await write(file, answer("1"), scores("1"));
    await write(file, answer("2"));
    expect(readAll(file)).toEqual([answer("1"), scores("1"), answer("2")]);
  });

  it("says where each record stands, and reads it from there, over several openings", async () => {
    const file = newFile();
    const long = answer("2", "\u00e9\ud83d\ude80\u2028".repeat(30_000));
    const places: number[] = [];
    for (const record of [answer("1"), long, scores("2")]) {
      const journal = openJournal(file, same);
      places.push(journal.append(record));
      await journal.close();
    }
    expect(Array.from(readJournal(file), ({ at }) => at)).toEqual(places);
    const records = openRecords(file);
    expect(places.toReversed().map((at) => records.at(at))).toEqual([scores("2"), long, answer("1")]);
    records.close();
  });

  it("is empty where there is no file", () => {
    expect(readAll(newFile())).toEqual([]);
  });

  it("keeps every character of an answer on its line", async () => {
    const file = newFile();
    const text = "a\u2028b\u2029c\u0085d\r\ne\u0000f \ud83d\ude80 ".repeat(20_000);
    await write(file, answer("1", text), answer("2"));
    expect(readAll(file)).toEqual([answer("1", text), answer("2")]);
  });

  it("drops a torn last line, and goes on cleanly behind the whole ones", async () => {
    const file = newFile();
    await write(file, answer("1"), answer("2"));
    const whole = readFileSync(file);
    for (const cut of [1, 2, 40, whole.length / 2 - 1]) {
      writeFileSync(file, whole.subarray(0, whole.length - cut));
      expect(readAll(file)).toEqual([answer("1")]);
      await write(file, answer("3"));
      expect(readAll(file)).toEqual([answer("1"), answer("3")]);
    }
  });

  it("drops a torn first line, however long", async () => {
    const file = newFile();
    writeFileSync(file, `{"type":"trial","trial":"${"x".repeat(200_000)}`);
    expect(readAll(file)).toEqual([]);
    await write(file, answer("1"));
    expect(readAll(file)).toEqual([answer("1")]);
  });

  it("names the line that is no record", async () => {
    const broken = ["{}", "not JSON", '{"type":"scores","scores":{"key":"1","scores":{},"quality":2}}'];
    for (const line of broken) {
      const file = newFile();
      await write(file, answer("1"));
      appendFileSync(file, `\n${line}\n`);
      await write(file, answer("2"));
      expect(() => readAll(file)).toThrow(`${file}:3: The line is no record of a journal.`);
    }
  });

  it("scrubs every record before it is written", async () => {
    const file = newFile();
    const journal = openJournal(file, (text) => text.replaceAll("sk-secret", "[key]"));
    journal.append(answer("1", "the key is sk-secret"));
    await journal.flush();
    expect(readFileSync(file, "utf8")).not.toContain("sk-secret");
    expect(readAll(file)).toEqual([answer("1", "the key is [key]")]);
    await journal.close();
  });
});

describe("a disk that fails", () => {
  const SAID = "The journal cannot be written: ENOSPC: no space left on device, write. Make room";
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });

  it("is an error of the append, and of every one after it: nothing lands behind half a record", async () => {
    const file = newFile();
    let room = 1_000;
    const journal = openJournal(file, same, {
      write(descriptor, bytes, offset) {
        if (room === 0) throw full;
        const size = Math.min(room, bytes.length - offset, 100);
        room -= size;
        return writeSync(descriptor, bytes, offset, size);
      },
      sync() {},
    });
    const written: string[] = [];
    const appendAll = () => {
      for (let key = 1; ; key++) {
        journal.append(answer(String(key)));
        written.push(String(key));
      }
    };
    expect(appendAll).toThrow(SAID);
    room = 1_000;
    expect(() => journal.append(answer("later"))).toThrow(SAID);
    await expect(journal.flush()).rejects.toThrow(SAID);
    await expect(journal.close()).rejects.toThrow(SAID);
    expect(readAll(file)).toEqual(written.map((key) => answer(key)));
    expect(written.length).toBeGreaterThan(0);
  });

  it("is an error of the next append when it fails while syncing behind the scenes", async () => {
    let syncs = 0;
    const journal = openJournal(newFile(), same, {
      write: writeSync,
      sync() {
        syncs += 1;
        throw full;
      },
    });
    journal.append(answer("1"));
    while (syncs === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(() => journal.append(answer("2"))).toThrow(SAID);
    await expect(journal.close()).rejects.toThrow(SAID);
  });

  it("is no reason to write to a file that is closed", async () => {
    const file = newFile();
    const journal = openJournal(file, same);
    await journal.close();
    await journal.close();
    expect(() => journal.append(answer("1"))).toThrow(`${file}: the journal is closed`);
  });
});
