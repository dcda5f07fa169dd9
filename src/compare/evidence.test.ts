import { describe, expect, it } from "vitest";
import { type Evidence, EvidenceSchema } from "../domain/evidence.ts";
import type { Run } from "../domain/run.ts";
import { changed } from "../domain/trial-table.ts";
import { decide } from "./decide.ts";
import { askedSince, brokenChain, evidenceOf, hashOf, type ModelFacts, renderEvidence, runOf } from "./evidence.ts";
import { counts, FAILED, makeRun, random, seeded } from "./run.fixtures.ts";

function factsOf(run: Run): Parameters<typeof evidenceOf>[1] {
  const models: ModelFacts = new Map(
    run.manifest.candidates.map(({ id }) => [
      id,
      {
        served: { [`${id}-2026-10-01`]: run.cases.length },
        host: null,
        endpoint: hashOf(["openai", null]),
        parameters: hashOf({}),
        price: hashOf({}),
      },
    ]),
  );
  return { models, hashes: { prompts: hashOf("p"), rubrics: hashOf("r"), judge: null } };
}

const save = (run: Run) => evidenceOf(run, factsOf(run));

/** 200 cases of five models with grades, odd costs and latencies, as a real run has them. */
function realistic(): Run {
  const next = seeded(5);
  const answers = Object.fromEntries(
    ["claude-opus-4.6", "claude-sonnet-4.6", "gemini-2.5-pro", "kimi-k2-thinking", "gpt-5.2-codex"].map(
      (name, model) => [
        name,
        Array.from({ length: 200 }, () => ({
          quality: Math.round(next() * 1e6) / 1e6,
          costUsd: Math.round(next() * 3e7) / 1e9,
          latencyMs: Math.round(500 + next() * 30_000),
          inputTokens: Math.round(500 + next() * 3_000),
          reasoningTokens: model % 2 === 0 ? Math.round(next() * 2_000) : null,
        })),
      ],
    ),
  );
  const tags = Array.from({ length: 200 }, (_, at) => ({
    complexity: at % 2 === 0 ? "simple" : "complex",
    domain: "competitive-analysis",
    audience: "internal",
  }));
  return makeRun({ answers, scale: "graded", tags });
}

describe("the age of evidence", () => {
  const saved = { quality: 1, from: "20261001-083000-ab12" };
  const run = makeRun({ answers: { inc: [1, { quality: 0, from: "20261020-000000-0001" }], cand: [1, saved] } });

  it("is that of the oldest answer", () => {
    const cachedSince = "2026-10-01T08:31:00.000Z";
    expect(askedSince(evidenceOf(run, { ...factsOf(run), cachedSince }))).toBe(Date.parse(cachedSince));
    expect(askedSince(save(run))).toBe(Date.parse(run.manifest.startedAt));
  });

  it("is that of the oldest run that is named, in evidence that does not state it", () => {
    const older = (made: Run) => ({ ...save(made), oldestAnswerAt: undefined });
    expect(askedSince(older(run))).toBe(Date.UTC(2026, 9, 1, 8, 30));
    expect(askedSince(older(makeRun({ answers: { inc: [1], cand: [1] } })))).toBe(Date.parse(run.manifest.startedAt));
    const unknown = makeRun({ answers: { inc: [1], cand: [{ quality: 1, from: "yesterday" }] } });
    expect(askedSince(older(unknown))).toBeNaN();
  });
});

describe("evidence of a run", () => {
  it("gives the run back, and so the same decision", () => {
    const { inc, cand } = counts({ wins: 3, losses: 6, n: 120 });
    const odd = [
      FAILED,
      null,
      { quality: 1, capped: true },
      { quality: null, capped: true, reason: "judge: broken" },
      { from: "run-0" },
      { ...FAILED, from: "run-0" },
    ];
    const answers = {
      inc: inc.map((quality, at) => ({ quality, latencyMs: at % 7 === 0 ? null : 900 })),
      cand: [
        ...odd,
        { state: "missing" as const, reason: "network", quality: null, costUsd: null },
        undefined,
        ...cand.slice(8),
      ],
    };
    const run = makeRun({ answers: answers as never, clusters: inc.map((_, at) => (at < 4 ? "doc" : undefined)) });
    const evidence = EvidenceSchema.parse(JSON.parse(renderEvidence(save(run))));
    expect(brokenChain(evidence)).toBeUndefined();
    const back = runOf(evidence);
    const bare = ({ trials, ...rest }: Run) => ({
      ...rest,
      trials: [...trials]
        .map((trial) => changed(trial))
        .map(({ values: _, visibleTokens: __, ...trial }) => trial)
        .sort((a, b) => a.caseIndex - b.caseIndex || a.candidateIndex - b.candidateIndex),
    });
    expect(bare(back)).toEqual(bare(run));
    expect(decide(back, random).routes).toEqual(decide(run, random).routes);
  });

  it("keeps repeats apart", () => {
    const run = makeRun({
      answers: {
        inc: [[1, 0], [1]],
        cand: [
          [0.5, 0.25],
          [1, 1],
        ],
      },
      repeats: 2,
      scale: "graded",
    });
    expect(
      [...runOf(save(run)).trials].map(({ caseIndex, candidateIndex, repeat, quality }) => [
        caseIndex,
        candidateIndex,
        repeat,
        quality,
      ]),
    ).toEqual([
      [0, 0, 0, 1],
      [0, 1, 0, 0.5],
      [1, 0, 0, 1],
      [1, 1, 0, 1],
      [0, 0, 1, 0],
      [0, 1, 1, 0.25],
      [1, 1, 1, 1],
    ]);
  });

  it("takes less than 60 kB for 200 cases of five models, a line for each case, and the same bytes each time", () => {
    const text = renderEvidence(save(realistic()));
    expect(Buffer.byteLength(text)).toBeLessThan(60_000);
    expect(text.split("\n").filter((line) => line.startsWith('["case-'))).toHaveLength(200);
    expect(renderEvidence(EvidenceSchema.parse(JSON.parse(text)))).toBe(text);
    expect(text.split("\n").every((line) => line.length < 400)).toBe(true);
  });
});

describe("a broken chain is told", () => {
  const whole = save(makeRun({ answers: { inc: [1, 1, 0, 1, 1], cand: [1, 0, 0, 1, 1], other: [0, 0, 0, 1, 0] } }));
  const broken = (change: (evidence: Evidence) => void) => {
    const copy = structuredClone(whole);
    change(copy);
    return brokenChain(copy);
  };

  it("from sound evidence", () => expect(broken(() => {})).toBeUndefined());

  it.each<[string, (evidence: Evidence) => void, string]>([
    [
      "a number edited by hand",
      ({ cases }) => {
        cases[1]?.[4][1]?.splice(0, 1, [1, 0.005, 1_000, 100]);
      },
      'The numbers of case "case-1" are not those that were saved.',
    ],
    [
      "a case cut off at the end",
      ({ cases }) => void cases.pop(),
      "It holds 4 cases of the 5 that were run: it is cut short.",
    ],
    ["a case taken out at the beginning", ({ cases }) => void cases.shift(), 'Cases are missing before "case-1".'],
    ["a case taken out of the middle", ({ cases }) => void cases.splice(2, 1), 'Cases are missing before "case-3".'],
    [
      "two cases exchanged",
      ({ cases }) => void cases.splice(1, 2, cases[2] as never, cases[1] as never),
      'Case "case-2" does not follow the one before it: cases were moved or taken out.',
    ],
    [
      "two names exchanged",
      ({ models, manifest }) => {
        for (const list of [models, manifest.candidates]) {
          const [a, b] = [list[0]?.id, list[1]?.id];
          for (const [at, id] of [b, a].entries()) Object.assign(list[at] ?? {}, { id });
        }
      },
      'The answers that stand under "cand" are not its own: names were exchanged.',
    ],
    [
      "a looser policy written in",
      ({ manifest }) => Object.assign(manifest.routes[0]?.policy ?? {}, { margin: 0.5 }),
      "What it says about the run was changed after it was saved.",
    ],
    [
      "simulated answers passed off as live",
      ({ manifest }) => Object.assign(manifest, { source: "recorded" }),
      "What it says about the run was changed after it was saved.",
    ],
    [
      "cases that took on other tags",
      ({ tags }) => Object.assign(tags[0] ?? {}, { complexity: "simple" }),
      "What it says about the run was changed after it was saved.",
    ],
    [
      "a model's column left out",
      ({ cases }) => void cases[0]?.[4].pop(),
      'Case "case-0" has not the answers of 3 models.',
    ],
    [
      "a younger date",
      ({ manifest }) => Object.assign(manifest, { startedAt: "2026-11-20T00:00:00Z" }),
      "What it says about the run was changed after it was saved.",
    ],
  ])("%s", (_about, change, sentence) => expect(broken(change)).toBe(sentence));
});
