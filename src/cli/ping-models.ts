import pLimit from "p-limit";
import type { Case } from "../domain/case.ts";
import type { Model, Params } from "../domain/model.ts";
import type { Outcome } from "../domain/trial.ts";
import { ExitCode, UserError } from "../errors.ts";
import type { Provider } from "../ports.ts";
import type { AnswerEntry } from "../providers/answer-book.ts";
import { usd } from "../report/numbers.ts";
import { attemptCall, worstCaseOf } from "../run/attempt.ts";
import { effectiveParams } from "../suite/plan.ts";
import { findModel, loadCatalog } from "../suite/project.ts";
import { keyVariableOf, readKeys } from "./keys.ts";
import { type Ping, pingText } from "./ping-text.ts";
import { createProviderSet } from "./provider-set.ts";
import { seededRandom, type World } from "./world.ts";

/** The most that all calls of a ping may cost together, in USD. */
const MOST_USD = 0.05;
/** Enough for a word, and for a model to show that it thinks. */
const MAX_TOKENS = 64;
const ONE_ATTEMPT = { maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0, deadlineMs: 30_000 };

const QUESTION = "Reply with one word: pong";
const MESSAGES = [{ role: "user", content: QUESTION }] as const;
/** What a simulated model is asked, and where it looks its answer up. */
const ITEM: Case = { id: "ping", input: QUESTION, vars: {}, target: { label: "pong" }, tags: {}, metadata: {} };
const ENTRY: AnswerEntry = { id: ITEM.id, confusions: ["ping"] };
const WILLING = { [ITEM.id]: { simple: 1, complex: 1 } };

type Planned =
  | { readonly model: Model; readonly obstacle: string }
  | { readonly model: Model; readonly obstacle: undefined; readonly params: Params; readonly worstUsd: number };

/** `models --ping`: one tiny call to each model that has its key, and what came of it. */
export async function pingModels(
  world: World,
  options: { readonly catalog?: string; readonly models?: readonly string[]; readonly json?: boolean },
): Promise<number> {
  const { value: catalog } = loadCatalog(world.cwd, options.catalog ?? "models.yaml");
  const keys = readKeys(world);
  const models = options.models?.map((id) => findModel(catalog, id)) ?? catalog.models;
  const plan = planPings(models, (model) =>
    keys.of(model, catalog) === undefined ? `${keyVariableOf(model, catalog)} is missing` : undefined,
  );
  const asked = plan.filter((one) => one.obstacle === undefined);
  const print = (pings: readonly Ping[]) =>
    world.stdout(keys.scrub(options.json === true ? `${JSON.stringify(pings, null, 2)}\n` : pingText(pings)));
  if (asked.length === 0) {
    print(plan.map(({ model, obstacle = "" }) => ({ id: model.id, state: "not-asked", text: obstacle })));
    const remedy = "Put a key into .env, as VARIABLE=value, or ask simulated models: --catalog evals/demo/models.yaml.";
    throw new UserError({ what: "No model could be asked.", remedy });
  }
  const worst = asked.reduce((sum, { worstUsd }) => sum + worstUsd, 0);
  world.stderr(`Asking ${asked.length} of ${plan.length} models, each once, for at most ${usd(worst)} together.\n`);
  const { clock, fetch } = world;
  const [cases, book] = [new Map([[ITEM.id, ITEM]]), new Map([[ITEM.id, ENTRY]])];
  const fleet = { suite: ITEM.id, cases, book, random: seededRandom(ITEM.id), recording: undefined };
  const providerOf = createProviderSet({ catalog, keys, clock, fetch, ...fleet });
  const limits = new Map(Object.entries(catalog.providers).map(([name, one]) => [name, pLimit(one.concurrency)]));
  const abort = new AbortController();
  const stop = world.onInterrupt(() => abort.abort(new Error("stopped by the user")));
  const ping = async (one: Planned): Promise<Ping> => {
    const { model } = one;
    if (one.obstacle !== undefined) return { id: model.id, state: "not-asked", text: one.obstacle };
    try {
      return pingOf(model, await ask(one, { provider: await providerOf(model), world, signal: abort.signal }));
    } catch (thrown) {
      if (!abort.signal.aborted) throw thrown;
      return { id: model.id, state: "failed", reason: "interrupted", text: "stopped by the user" };
    }
  };
  const pings = await Promise.all(plan.map((one) => limits.get(one.model.provider)?.(ping, one) ?? ping(one))).finally(
    stop,
  );
  print(pings);
  if (abort.signal.aborted) return ExitCode.interrupted;
  return pings.some(({ state }) => state === "failed") ? ExitCode.incomplete : ExitCode.done;
}

/** Who is asked, and what it may cost; never more than the limit together. */
function planPings(models: readonly Model[], obstacleOf: (model: Model) => string | undefined): Planned[] {
  let left = MOST_USD;
  return models.map((model) => {
    const obstacle = obstacleOf(model);
    if (obstacle !== undefined) return { model, obstacle };
    const params = tinyParams(model);
    const limited = params.maxTokens !== undefined || model.price === "free";
    const worstUsd = limited ? worstCaseOf({ model, messages: MESSAGES, tools: [], params }) : undefined;
    if (worstUsd === undefined) {
      return { model, obstacle: "nobody knows what it may cost: it needs a price, and to accept maxTokens" };
    }
    if (worstUsd > left) return { model, obstacle: `it may cost ${usd(worstUsd)}, more than a ping may spend` };
    left -= worstUsd;
    return { model, obstacle, params, worstUsd };
  });
}

/** The model's own parameters, but for those that would make the answer longer. */
function tinyParams(model: Model): Params {
  const { maxTokens, extra, ...params } = effectiveParams({}, model);
  const { max_tokens: _, max_completion_tokens: __, thinking: ___, ...kept } = extra ?? {};
  return {
    ...params,
    ...(maxTokens === undefined ? {} : { maxTokens: Math.min(maxTokens, MAX_TOKENS) }),
    ...(Object.keys(kept).length === 0 ? {} : { extra: kept }),
  };
}

function ask(
  { model, params }: Extract<Planned, { obstacle: undefined }>,
  by: { readonly provider: Provider; readonly world: World; readonly signal: AbortSignal },
): Promise<Outcome> {
  const { provider, world, signal } = by;
  const { simulation } = model;
  const willing = simulation === undefined ? model : { ...model, simulation: { ...simulation, skill: WILLING } };
  const origin = { caseId: ITEM.id, repeat: 0, role: "answer" } as const;
  const request = { model: willing, messages: MESSAGES, tools: [], params, origin };
  return attemptCall(request, signal, { provider, clock: world.clock, random: () => 0, retry: ONE_ATTEMPT });
}

function pingOf({ id, model, simulation }: Model, outcome: Outcome): Ping {
  const known = { id, ...(simulation === undefined ? {} : { simulated: true }), costUsd: outcome.costUsd };
  if (outcome.state === "failed") {
    const { reason, message, latencyMs } = outcome;
    return { ...known, state: "failed", text: message, reason, latencyMs };
  }
  const { text, finishReason, servedModel, latencyMs, requestId } = outcome.completion;
  const served = servedModel === model || servedModel === "" ? {} : { servedModel };
  return { ...known, state: "answered", text, reason: finishReason.unified, ...served, latencyMs, requestId };
}
