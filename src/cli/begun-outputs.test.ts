import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PolicySchema } from "../domain/policy.ts";
import type { Manifest, RunFile } from "../domain/run.ts";
import type { Outcome } from "../domain/trial.ts";
import type { Journal, JournalRecord } from "../ports.ts";
import { openJournal } from "../run/journal.ts";
import { makeCompletion, makeModel } from "../run/run.fixtures.ts";
import { type Cases, openCases } from "../suite/cases.ts";
import { BegunOutputs } from "./begun-outputs.ts";
import { conclude } from "./conclude.ts";
import { type Counted, countJournal } from "./counted.ts";
import type { Keys } from "./keys.ts";
import { NO_LOOKS } from "./ledger.ts";
import { OUTPUTS } from "./outputs.ts";

const CASES = 60;
const ids = Array.from({ length: CASES }, (_, index) => `case-${index}`);
const models = ["a", "b"];
const keys = { of: () => undefined, scrub: (text: string) => text.replaceAll("secret", "[key]") } as unknown as Keys;

const root = mkdtempSync(join(tmpdir(), "signalbox-begun-"));
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

const dataset = ids.map((id, index) => JSON.stringify({ id, input: `Why ${index}?`, tags: { half: `${index % 2}` } }));
writeFileSync(join(root, "d.jsonl"), dataset.join("\n"));

const manifest: Manifest = {
  version: 1,
  runId: "run-1",
  suite: { id: "s", title: "S", scale: "binary", hash: "h", dataset: "d", datasetSha256: "0", maxPerCluster: 5 },
  scorers: [{ name: "one", rule: "equals", weight: 1, required: false, certainty: "exact" }],
  dropped: [],
  judge: null,
  candidates: models.map((id) => ({ id, model: makeModel(id), variant: "default", params: {}, endpoint: "openai" })),
  skipped: [],
  routes: [{ route: "r", incumbent: "b", slice: {}, policy: PolicySchema.parse({}), volume: null }],
  order: ids,
  plannedN: CASES,
  repeats: 1,
  seed: "1",
  source: "live",
  startedAt: "2026-11-01T00:00:00.000Z",
  gitCommit: null,
  gitDirty: null,
  versions: {},
  command: "",
};
const run: RunFile = { manifest, status: "complete", finishedAt: null, inFlight: 1, totals: null };

interface Going {
  readonly directory: string;
  readonly journal: Journal;
  readonly cases: Cases;
  readonly counted: Counted;
  readonly begun: BegunOutputs;
  answer(index: number, model: string, outcome?: Outcome): void;
  score(index: number, model: string): void;
}

let runs = 0;
function begin(): Going {
  const directory = join(root, `run-${++runs}`);
  mkdirSync(directory);
  const file = join(directory, OUTPUTS.journal);
  const cases = openCases(join(root, "d.jsonl"), "d.jsonl", () => {});
  const counted = countJournal(manifest, cases.facts, file);
  const journal = openJournal(file, keys.scrub);
  const begun = new BegunOutputs({ directory, journal: file, manifest, cases, counted, keys });
  const save = (record: JournalRecord) => counted.add(record, journal.append(record));
  const address = (index: number, candidate: string) => ({
    key: `${index}`,
    caseId: `case-${index}`,
    candidate,
    repeat: 0,
  });
  return {
    directory,
    journal,
    cases,
    counted,
    begun,
    answer(index, model, outcome) {
      const completion = { ...makeCompletion(`${model} on ${index}: secret ${"x".repeat(2_000)}`), latencyMs: index };
      const said: Outcome = outcome ?? { state: "completed", completion, attempts: 1, costUsd: 0.001 };
      save({ type: "trial", trial: { ...address(index, model), startedAt: "now", outcome: said } });
    },
    score(index, model) {
      const value = (index + model.length) % 2;
      const scores = { one: { state: "scored" as const, value, explanation: "" } };
      save({ type: "scores", scores: { ...address(index, model), scores, quality: value } });
    },
  };
}

/** Every file that the run's end writes, with and without what was begun. */
async function bothWays({ directory, cases, counted, begun, journal }: Going): Promise<[string[], string[]]> {
  await journal.close();
  const beside = `${directory}-beside`;
  cpSync(directory, beside, { recursive: true });
  const given = { root, run, cases, truth: undefined, counted, keys, looks: { ledger: NO_LOOKS } };
  await conclude({ ...given, directory, begun });
  await conclude({ ...given, directory: beside });
  cases.close();
  const read = (folder: string) => Object.values(OUTPUTS).map((file) => readFileSync(join(folder, file), "utf8"));
  return [read(directory), read(beside)];
}

describe("outputs that are begun while a run goes on", () => {
  it("hold the cases that have ended, and come out as if they had been written at the end", async () => {
    const going = begin();
    const looked = vi.spyOn(going.counted.assembly, "whereIs");
    // Answers overtake each other, and their scores do.
    for (let index = 0; index < CASES; index += 2) {
      for (const model of models) for (const at of [index + 1, index]) going.answer(at, model);
      for (const model of models) for (const at of [index + 1, index]) going.score(at, model);
      vi.advanceTimersByTime(20);
      expect(looked).toHaveBeenCalledTimes((index + 2) * models.length);
    }
    const [early, late] = await bothWays(going);
    expect(early).toEqual(late);
    expect(early.join("")).not.toContain("secret");
  });

  it("wait for a case that misses an answer or its score, and have it all the same", async () => {
    const going = begin();
    const looked = vi.spyOn(going.counted.assembly, "whereIs");
    for (const index of ids.keys()) {
      for (const model of models) {
        if (index === 20 && model === "a") continue;
        const failed: Outcome = { state: "failed", reason: "timeout", message: "late", attempts: 3 };
        going.answer(index, model, index === 7 ? failed : undefined);
        if (index !== 7 && index !== 40) going.score(index, model);
      }
      vi.advanceTimersByTime(20);
    }
    expect(looked).toHaveBeenCalledTimes(20 * models.length);
    const [early, late] = await bothWays(going);
    expect(early).toEqual(late);
  });

  it("catch up in parts, and leave to the end what was not reached", async () => {
    const going = begin();
    const looked = vi.spyOn(going.counted.assembly, "whereIs");
    for (const index of ids.keys()) {
      for (const model of models) {
        going.answer(index, model);
        going.score(index, model);
      }
    }
    expect(looked).not.toHaveBeenCalled();
    vi.advanceTimersByTime(20);
    const first = looked.mock.calls.length;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(CASES * models.length);
    const [early, late] = await bothWays(going);
    expect(early).toEqual(late);
  });

  it("are dropped where the journal cannot be read, and add nothing more once they are taken", async () => {
    const going = begin();
    const finish = (index: number) => {
      for (const model of models) {
        going.answer(index, model);
        going.score(index, model);
      }
    };
    finish(0);
    rmSync(join(going.directory, OUTPUTS.journal));
    vi.advanceTimersByTime(20);
    expect(going.begun.take()).toBeUndefined();
    await going.journal.close();

    const other = begin();
    const looked = vi.spyOn(other.counted.assembly, "whereIs");
    expect(other.begun.take()).toBeDefined();
    for (const model of models) {
      other.answer(0, model);
      other.score(0, model);
    }
    vi.advanceTimersByTime(100);
    expect(looked).not.toHaveBeenCalled();
    await other.journal.close();
  });
});
