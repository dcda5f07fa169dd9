import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "../src/domain/case.ts";
import { PolicySchema } from "../src/domain/policy.ts";
import type { RunFile } from "../src/domain/run.ts";
import type { JournalRecord } from "../src/ports.ts";
import { MODELS, stream, TAGS } from "../src/report/html/fixtures/cases.fixtures.ts";
import { runOf } from "../src/report/html/fixtures/run.fixtures.ts";

const WORDS =
  "the appeal ruling water right town court surface ground upstream permit season gauge record finding reversed remand clerk witness survey deed parcel acre flow drought statute panel opinion dissent brief exhibit".split(
    " ",
  );

/** Writes a run of any size: its journal, its run.json and its dataset. */
export function writeRun(folder: string, size: number): void {
  const random = stream(11);
  const text = (words: number) =>
    Array.from({ length: words }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" ");
  const cases = Array.from({ length: size }, (_, index): Case => {
    const tags = { complexity: TAGS.complexity[index % 3] ?? "", domain: TAGS.domain[index % 4] ?? "" };
    return {
      id: `q-${index + 1}`,
      input: `Question ${index + 1}: ${text(12)}?`,
      vars: { source: text(40) },
      tags,
      metadata: {},
    };
  });
  const base = runOf(size, false, "");
  const manifest: RunFile["manifest"] = {
    ...base.manifest,
    suite: { ...base.manifest.suite, dataset: "cases.jsonl" },
    order: cases.map(({ id }) => id),
    routes: ["research_synthesis", "research_chat"].map((route, index) => ({
      route,
      incumbent: MODELS[0]?.id ?? "",
      slice: index === 0 ? {} : { complexity: "medium" },
      policy: PolicySchema.parse({}),
      volume: 1_200,
    })),
  };
  writeFileSync(join(folder, "run.json"), JSON.stringify({ ...base, manifest, totals: null }));
  writeFileSync(join(folder, manifest.suite.dataset), cases.map((item) => `${JSON.stringify(item)}\n`).join(""));
  const journal = join(folder, "journal.jsonl");
  let lines: string[] = [];
  const append = (record: JournalRecord) => lines.push(`${JSON.stringify(record)}\n`);
  for (const { id } of cases) {
    for (const model of MODELS) {
      const key = `${id} ${model.id}`.padEnd(32, "0");
      const value = Math.min(1, Math.max(0, Math.round((model.skill + (random() - 0.5) * 0.4) * 5) / 5));
      const usage = { freshInput: 1_900, visibleOutput: 180, reasoning: 0 };
      const costUsd = model.usd * (0.7 + 0.6 * random());
      const latencyMs = Math.round(model.ms * (0.6 + 0.9 * random()));
      append({
        type: "trial",
        trial: {
          key,
          caseId: id,
          candidate: model.id,
          repeat: 0,
          startedAt: "2026-11-22T14:05:00.000Z",
          outcome:
            random() < 0.005
              ? { state: "failed", reason: "timeout", message: "no answer within 90 s", attempts: 4, costUsd }
              : {
                  state: "completed",
                  attempts: 1,
                  costUsd,
                  completion: {
                    text: text(150),
                    toolCalls: [],
                    finishReason: { unified: "stop", raw: "stop" },
                    usage,
                    servedModel: model.id,
                    latencyMs,
                  },
                },
        },
      });
      const criteria = [{ id: "names-the-appeal", met: value > 0.5, evidence: text(8) }];
      append({
        type: "scores",
        scores: {
          key,
          caseId: id,
          candidate: model.id,
          repeat: 0,
          quality: 0.7 * value + 0.3,
          scores: {
            "Key points": {
              state: "scored",
              value,
              explanation: `${Math.round(value * 5)} of 5 points`,
              judge: { model: "judge", rubric: "e55ac310", costUsd: 0.002, criteria },
            },
            Citations: { state: "scored", value: 1, explanation: "all resolve" },
          },
        },
      });
    }
    if (lines.length > 4_000) {
      appendFileSync(journal, lines.join(""));
      lines = [];
    }
  }
  appendFileSync(journal, lines.join(""));
}
