import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Model, ModelSchema } from "../domain/model.ts";
import type { Provider, ProviderRequest } from "../ports.ts";
import { createBudget } from "../run/budget.ts";
import { openJudgeCache } from "./judge-cache.ts";
import { createJudge } from "./judge-client.ts";
import { systemClock } from "./world.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-judge-"));
afterAll(() => rmSync(folder, { recursive: true }));

const price = { input: 1, output: 1, source: "made up", checkedAt: "2026-11-01" };
const model = ModelSchema.parse({ id: "j", provider: "p", model: "j-1", family: "f", price });

interface Line {
  readonly file?: string;
  readonly usage?: object;
  readonly concurrency?: number;
  readonly wait?: () => Promise<void>;
  readonly changes?: Partial<Model>;
  readonly ended?: "stop" | "length";
}

function judgeWith(options: Line = {}) {
  const requests: ProviderRequest[] = [];
  let inFlight = 0;
  let most = 0;
  const provider: Provider = {
    async complete(request) {
      requests.push(request);
      inFlight += 1;
      most = Math.max(most, inFlight);
      await options.wait?.();
      inFlight -= 1;
      const finishReason = { unified: options.ended ?? "stop", raw: "any" } as const;
      return { text: "key-1 yes", toolCalls: [], finishReason, usage: options.usage ?? {}, servedModel: "j-1" };
    },
  };
  const judge = createJudge({
    model: { ...model, ...options.changes },
    provider,
    concurrency: options.concurrency ?? 4,
    budget: createBudget(undefined),
    clock: systemClock,
    random: () => 0,
    cache:
      options.file === undefined ? undefined : openJudgeCache(options.file, (text) => text.replace("key-1", "***")),
  });
  const ask = (content: string, sample = 0) =>
    judge.ask({
      messages: [{ role: "user", content }],
      jsonSchema: { type: "object" },
      caseId: "c",
      repeat: 0,
      sample,
      signal: new AbortController().signal,
    });
  return { ask, requests, most: () => most };
}

describe("the judge's line", () => {
  it("hands over the schema, and says what the call cost", async () => {
    const { ask, requests } = judgeWith({ usage: { freshInput: 100, visibleOutput: 10 } });
    expect(await ask("q")).toMatchObject({ state: "replied", text: "key-1 yes", costUsd: 110 / 1e6 });
    expect(requests[0]).toMatchObject({ jsonSchema: { type: "object" }, origin: { role: "judge", sample: 0 } });
  });

  it("says of a reply that its limit cut it", async () => {
    expect(await judgeWith({ ended: "length" }).ask("q")).toMatchObject({ state: "replied", cut: true });
    expect(await judgeWith().ask("q")).not.toHaveProperty("cut");
  });

  it.each([
    ["ours", {}, 4_000],
    ["none where the API takes none", { accepts: [] }, undefined],
    ["the model's", { params: { maxTokens: 9_000 } }, 9_000],
    ["its own as a judge", { params: { maxTokens: 9_000 }, judgeMaxTokens: 700 }, 700],
  ])("limits a reply: %s", async (_name, changes, maxTokens) => {
    const { ask, requests } = judgeWith({ changes });
    await ask("q");
    expect(requests[0]?.params.maxTokens).toBe(maxTokens);
  });

  it("leaves a cost out that nobody knows", async () => {
    expect(await judgeWith().ask("q")).not.toHaveProperty("costUsd");
  });

  it("has no more calls in flight than it may", async () => {
    const { ask, most } = judgeWith({ concurrency: 2, wait: () => new Promise((go) => setImmediate(go)) });
    await Promise.all(Array.from({ length: 7 }, (_, at) => ask(`q${at}`)));
    expect(most()).toBe(2);
  });

  it("never pays twice for a reply that was kept, in this run or a later one; another reading is another call", async () => {
    const file = join(folder, "reports", "replies.jsonl");
    const first = judgeWith({ file });
    const reply = await first.ask("q");
    if (reply.state === "replied") reply.keep?.();
    appendFileSync(file, '{"key": "torn');
    const later = judgeWith({ file });
    expect(await later.ask("q")).toEqual({ state: "replied", text: "*** yes", costUsd: 0 });
    expect(later.requests).toHaveLength(0);
    await later.ask("q", 1);
    await later.ask("other");
    expect(later.requests).toHaveLength(2);
    expect(readFileSync(file, "utf8")).not.toContain("key-1");
  });

  it("pays again for a reply that was not kept, because nobody could read it", async () => {
    const file = join(folder, "unread.jsonl");
    const { ask, requests } = judgeWith({ file });
    await ask("q");
    await ask("q");
    expect(requests).toHaveLength(2);
  });
});
