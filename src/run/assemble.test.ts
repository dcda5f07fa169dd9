import { describe, expect, it } from "vitest";
import type { Manifest } from "../domain/run.ts";
import type { Completion, Outcome, Score, Trial, TrialScores } from "../domain/trial.ts";
import { changed } from "../domain/trial-table.ts";
import type { JournalRecord } from "../ports.ts";
import { RunAssembly } from "./assemble.ts";
import { makeCompletion, makeModel } from "./run.fixtures.ts";

const scorer = (name: string) => ({ name, rule: "r", weight: 1, required: false, certainty: "exact" as const });
const planned = (id: string) => ({ id, model: makeModel(id), variant: "default", params: {}, endpoint: "openai" });
const manifest: Manifest = {
  version: 1,
  runId: "run-1",
  suite: { id: "s", title: "S", scale: "graded", hash: "h", dataset: "d", datasetSha256: "0", maxPerCluster: 5 },
  scorers: [scorer("one"), scorer("two")],
  dropped: [],
  judge: null,
  candidates: [planned("a"), planned("b")],
  skipped: [],
  routes: [],
  order: ["c1", "c2"],
  plannedN: 2,
  repeats: 2,
  seed: "1",
  source: "live",
  startedAt: "2026-11-01T00:00:00Z",
  gitCommit: null,
  gitDirty: null,
  versions: {},
  command: "",
};
const cases = ["c1", "c2"].map((id) => ({ id, tags: {}, clusterId: undefined }));

const completed = (changes: Partial<Completion> = {}, costUsd?: number): Outcome => ({
  state: "completed",
  completion: { ...makeCompletion("text"), ...changes },
  attempts: 1,
  ...(costUsd === undefined ? {} : { costUsd }),
});
const trial = (key: string, outcome: Outcome = completed(), changes: Partial<Trial> = {}): JournalRecord => ({
  type: "trial",
  trial: { key, caseId: "c1", candidate: "a", repeat: 0, startedAt: "now", outcome, ...changes },
});
const scored = (value: number): Score => ({ state: "scored", value, explanation: "" });
const scores = (key: string, quality: number | null, by: TrialScores["scores"] = {}): JournalRecord => ({
  type: "scores",
  scores: { key, caseId: "c1", candidate: "a", repeat: 0, scores: by, quality },
});

function assemblyOf(...records: readonly JournalRecord[]): RunAssembly {
  const assembly = new RunAssembly(manifest, cases);
  for (const [index, record] of records.entries()) assembly.add(record, index * 100);
  return assembly;
}
const assemble = (...records: readonly JournalRecord[]) =>
  [...assemblyOf(...records).run.trials].map((trial) => changed(trial));

describe("RunAssembly", () => {
  it("makes numbers of an answer and its scores, unknown ones null", () => {
    const usage = { freshInput: 10, cacheRead: 5, visibleOutput: 7 };
    const records = [trial("k", completed({ usage }, 0.2)), scores("k", 0.6, { two: scored(0.9), one: scored(0.3) })];
    expect(assemble(...records)).toEqual([
      {
        caseIndex: 0,
        candidateIndex: 0,
        repeat: 0,
        state: "completed",
        reason: null,
        quality: 0.6,
        values: [0.3, 0.9],
        costUsd: 0.2,
        latencyMs: 100,
        inputTokens: 15,
        visibleTokens: 7,
        reasoningTokens: null,
        capped: false,
        from: null,
      },
    ]);
    const { latencyMs: _, ...untimed } = makeCompletion();
    const bare: Outcome = { state: "completed", completion: { ...untimed, usage: {} }, attempts: 1 };
    const nulls = { costUsd: null, latencyMs: null, inputTokens: null, visibleTokens: null, reasoningTokens: null };
    expect(assemble(trial("k", bare))).toMatchObject([nulls]);
  });

  it("sorts by repeat, case and candidate, whatever order they ended in", () => {
    const places = [
      { caseId: "c2", candidate: "b", repeat: 1 },
      { caseId: "c1", candidate: "b", repeat: 0 },
      { caseId: "c2", candidate: "a", repeat: 0 },
      { caseId: "c1", candidate: "a", repeat: 0 },
    ];
    const trials = assemble(...places.map((place, index) => trial(`k${index}`, completed(), place)));
    expect(trials.map(({ repeat, caseIndex, candidateIndex }) => [repeat, caseIndex, candidateIndex])).toEqual([
      [0, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
      [1, 1, 1],
    ]);
  });

  it("lets the first record of a trial win, and its last scores", () => {
    const records = [
      trial("k", completed({}, 0.1)),
      scores("k", 0.2),
      scores("other", 0.9),
      trial("k", completed({}, 0.7)),
      scores("k", 0.4),
    ];
    expect(assemble(...records)).toMatchObject([{ costUsd: 0.1, quality: 0.4 }]);
  });

  it("has one trial a case, candidate and repeat, even under two keys", () => {
    const records = [trial("old"), scores("old", 0.2), trial("new"), scores("new", 0.9)];
    expect(assemble(...records)).toMatchObject([{ quality: 0.2 }]);
  });

  it("leaves trials out that the manifest does not plan", () => {
    const foreign = [{ caseId: "c9" }, { candidate: "z" }, { repeat: 2 }];
    expect(assemble(...foreign.map((place, index) => trial(`k${index}`, completed(), place)))).toEqual([]);
  });

  it("gives no quality to what was not, or could not be, scored, and says why", () => {
    expect(assemble(trial("k"))).toMatchObject([{ quality: null, values: [null, null], reason: "not scored" }]);
    const unscored = { one: scored(1), two: { state: "unscored", reason: "judge unparseable" } as const };
    expect(assemble(trial("k"), scores("k", null, unscored))).toMatchObject([
      { state: "completed", quality: null, values: [1, null], reason: "judge unparseable" },
    ]);
  });

  it("makes a model's failure quality 0, with its cost and its time", () => {
    const failed: Outcome = { state: "failed", reason: "timeout", message: "", attempts: 4, latencyMs: 9, costUsd: 3 };
    const expected = { state: "failed", reason: "timeout", quality: 0, costUsd: 3, latencyMs: 9, values: [null, null] };
    expect(assemble(trial("k", failed))).toMatchObject([expected]);
    // Whatever scores a journal holds for it.
    expect(assemble(trial("k", failed), scores("k", 1, { one: scored(1) }))).toMatchObject([expected]);
  });

  it("makes a refusal a failure of the model's own", () => {
    const refused = completed({ finishReason: { unified: "refusal", raw: "content_filter" } }, 0.1);
    expect(assemble(trial("k", refused), scores("k", 0.8))).toMatchObject([
      { state: "failed", reason: "refused", quality: 0, costUsd: 0.1 },
    ]);
  });

  it("makes a failure of ours missing, never quality 0", () => {
    const ours: Outcome = { state: "failed", reason: "network", message: "", attempts: 4 };
    expect(assemble(trial("k", ours), scores("k", 0))).toMatchObject([
      { state: "missing", reason: "network", quality: null },
    ]);
  });

  it("knows an answer that was cut at its token limit", () => {
    const cut = completed({ finishReason: { unified: "length", raw: "max_tokens" } });
    expect(assemble(trial("k", cut))).toMatchObject([{ capped: true }]);
  });

  it("knows what is there of a trial, and where in the journal it stands", () => {
    const unscored = { one: { state: "unscored", reason: "judge unparseable" } as const };
    const at = { caseId: "c1", candidate: "a", repeat: 0 };
    const failed: Outcome = { state: "failed", reason: "timeout", message: "", attempts: 1 };
    const stateAfter = (...records: readonly JournalRecord[]) => assemblyOf(...records).stateOf({ key: "k", ...at });
    expect(stateAfter()).toBe("open");
    expect(stateAfter(trial("k"))).toBe("unscored");
    expect(stateAfter(trial("k"), scores("k", null, unscored))).toBe("unscored");
    expect(stateAfter(trial("k"), scores("k", 0.5))).toBe("finished");
    expect(stateAfter(trial("k", failed))).toBe("finished");
    // Asked with other content: not what is planned now.
    expect(stateAfter(trial("old"), scores("old", 0.5))).toBe("open");
    const assembly = assemblyOf(trial("k"), scores("k", null, unscored), scores("k", 0.5));
    expect(assembly.whereIs(at)).toEqual({ trial: 0, scores: 200 });
    expect(assembly.whereIs({ ...at, repeat: 1 })).toEqual({ trial: undefined, scores: undefined });
  });

  it("knows where records stand in a journal of many gigabytes", () => {
    const assembly = new RunAssembly(manifest, cases);
    assembly.add(trial("k"), 2 ** 32 - 1);
    assembly.add(scores("k", 0.5), 5e12);
    assembly.add(trial("l", completed(), { repeat: 1 }), 7);
    assembly.add(scores("k", 0.6), 2 ** 32 - 2);
    const at = { caseId: "c1", candidate: "a", repeat: 0 };
    expect(assembly.whereIs(at)).toEqual({ trial: 2 ** 32 - 1, scores: 2 ** 32 - 2 });
    expect(assembly.whereIs({ ...at, repeat: 1 })).toEqual({ trial: 7, scores: undefined });
    assembly.add(scores("k", 0.6), 5e12);
    expect(assembly.whereIs(at)).toEqual({ trial: 2 ** 32 - 1, scores: 5e12 });
  });

  it("takes what an earlier run paid for as no money of this one, and remembers whose it was", () => {
    const assembly = assemblyOf(
      trial("k", completed({}, 0.1), { from: "run-0" }),
      trial("l", completed({}, 0.2), { repeat: 1 }),
    );
    expect(assembly.spent).toMatchObject({ answersUsd: 0.2, cached: 1, cachedUsd: 0.1, unpricedAnswers: 0 });
    expect([...assembly.run.trials].map(({ from, costUsd }) => [from, costUsd])).toEqual([
      ["run-0", 0.1],
      [null, 0.2],
    ]);
  });

  it("adds up what every record cost, and counts what nobody knows", () => {
    const judged = (costUsd?: number): Score => ({
      state: "scored",
      value: 1,
      explanation: "",
      judge: { model: "j", rubric: "r", criteria: [], ...(costUsd === undefined ? {} : { costUsd }) },
    });
    const assembly = assemblyOf(
      trial("k", completed({}, 0.1)),
      trial("k", completed({}, 0.2)),
      trial("l", completed(), { repeat: 1 }),
      scores("k", 1, { one: judged(0.01), two: judged() }),
    );
    const spent = assembly.spent;
    expect(spent).toMatchObject({ unpricedAnswers: 1, judgeUsd: 0.01, unpricedJudgements: 1 });
    expect(spent.answersUsd).toBeCloseTo(0.3, 12);
  });
});
