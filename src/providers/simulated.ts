import { z } from "zod";
import type { Case } from "../domain/case.ts";
import type { Model, Simulation } from "../domain/model.ts";
import type { Completion } from "../domain/trial.ts";
import { type Provider, ProviderError, type ProviderRequest, type Random } from "../ports.ts";
import type { AnswerEntry, MoveEntry } from "./answer-book.ts";
import { judgeReply } from "./simulated-judge.ts";

type Lookup<T> = Pick<ReadonlyMap<string, T>, "get">;

export interface Fleet {
  readonly suite: string;
  readonly cases: Lookup<Case>;
  readonly book: Lookup<AnswerEntry>;
  readonly random: Random;
}

/**
 * Share of the time that a model's luck on a case is the case's own difficulty, which all models meet alike; the rest is
 * its own. It makes models fail on the same cases, as real ones do.
 */
const SHARED = 0.85;
const CHARACTERS_A_TOKEN = 4;

/**
 * A fleet of models that answer from an answer book, with stated skill, price, latency, failure rate and verbosity.
 * Deterministic: the same seed gives the same answers. Nothing waits: latency is stated, not slept.
 */
export function createSimulatedProvider(fleet: Fleet): Provider {
  return {
    async complete(request) {
      request.signal.throwIfAborted();
      const simulation = simulationOf(request.model);
      const { caseId, repeat, role, sample = 0 } = request.origin;
      const who = `${role} ${request.model.id} ${caseId} ${repeat}`;
      const chance = fleet.random(
        `run ${who} ${role === "judge" ? `${sample === 0 ? "" : `reading ${sample} `}${lastText(request)}` : ""}`,
      );
      const latencyMs = simulation.latencyMs.median * Math.exp(simulation.latencyMs.sigma * normal(chance));
      if (chance() < simulation.failureRate) {
        throw new ProviderError("simulated failure", { reason: "server-error", retryable: false, latencyMs });
      }
      const entry = fleet.book.get(caseId);
      const item = fleet.cases.get(caseId);
      if (entry === undefined || item === undefined) throw new Error(`the answer book has no case "${caseId}"`);
      if (role === "judge") {
        const text = judgeReply(lastText(request), entry, simulation, chance);
        return completion(request, text, [], latencyMs);
      }
      if ("right" in entry) {
        const right = isRight(fleet, request.model, item, "", chance);
        const calls = right ? entry.right : pick(entry.wrong, chance).calls;
        const text = calls.length === 0 ? "I have what I need and will go on." : "";
        return completion(request, text, calls, latencyMs);
      }
      return completion(request, answer(fleet, request.model, item, entry, repeat, chance), [], latencyMs);
    },
  };
}

/**
 * The probability that a simulated model gets a case (or a point of it) right, given the case's difficulty: what the
 * truth of a simulated run is made of. Failed calls are not in it.
 */
export function chanceOfRight(fleet: Fleet, model: Model, item: Case, point = ""): number {
  const skill = skillOf(fleet, model, item);
  return SHARED * (difficulty(fleet, item, point) < skill ? 1 : 0) + (1 - SHARED) * skill;
}

function isRight(fleet: Fleet, model: Model, item: Case, point: string, chance: () => number): boolean {
  return chance() < chanceOfRight(fleet, model, item, point);
}

function difficulty(fleet: Fleet, item: Case, point: string): number {
  return fleet.random(`difficulty ${fleet.suite} ${item.id} ${point}`)();
}

function skillOf(fleet: Fleet, model: Model, item: Case): number {
  const skill = simulationOf(model).skill[fleet.suite];
  if (skill === undefined) throw new Error(`${model.id} states no skill for the suite "${fleet.suite}"`);
  return item.tags.complexity === "complex" ? skill.complex : skill.simple;
}

function simulationOf(model: Model): Simulation {
  if (model.simulation === undefined) throw new Error(`${model.id} is not a simulated model`);
  return model.simulation;
}

function answer(
  fleet: Fleet,
  model: Model,
  item: Case,
  entry: Exclude<AnswerEntry, MoveEntry>,
  repeat: number,
  chance: () => number,
): string {
  const { verbosity, inventionRate } = simulationOf(model);
  if ("confusions" in entry) {
    if (!isRight(fleet, model, item, "", chance)) return pick(entry.confusions, chance);
    const { label } = LabelTarget.parse(item.target);
    if (entry.chatty !== undefined && chance() < (verbosity - 1) / 2) return entry.chatty;
    return pick([label, `**${label}**`, `Label: ${label}`], chance);
  }
  if ("reference" in entry) {
    const right = isRight(fleet, model, item, "", chance);
    const code = right ? entry.reference : pick(entry.wrong, chance).code;
    const language = String(item.vars.language ?? "");
    const block = `\`\`\`${language}\n${code.trimEnd()}\n\`\`\``;
    return verbosity > 1
      ? `Here is a version that covers the cases you list.\n\n${block}\n\nTell me if you want tests with it.`
      : block;
  }
  const { keyPoints } = SynthesisTarget.parse(item.target);
  const sentences: string[] = [];
  for (const { id, sources } of keyPoints) {
    const said = entry.points[id];
    if (said === undefined || !isRight(fleet, model, item, id, chance)) continue;
    const cites = sources.length > 0 && chance() < 0.5 + skillOf(fleet, model, item) / 2;
    sentences.push(cite(pick(said, chance), cites ? sources : []));
  }
  if (chance() < inventionRate) sentences.push(pick(entry.errors, chance));
  for (let more = verbosity - 1; more > 0; more--) if (chance() < more) sentences.push(pick(entry.filler, chance));
  if (sentences.length === 0) return `The sources do not settle this. (${repeat + 1})`;
  return sentences.join(" ");
}

const LabelTarget = z.looseObject({ label: z.string() });
const SynthesisTarget = z.looseObject({
  keyPoints: z.array(z.looseObject({ id: z.string(), sources: z.array(z.string()) })),
});

function cite(sentence: string, sources: readonly string[]): string {
  if (sources.length === 0) return sentence;
  return sentence.replace(/([.!?])?$/, ` [${sources.join(", ")}]$1`);
}

function completion(request: ProviderRequest, text: string, calls: MoveEntry["right"], latencyMs: number): Completion {
  const tools = request.tools.length === 0 ? 0 : JSON.stringify(request.tools).length;
  const input = request.messages.reduce((sum, { content }) => sum + content.length, tools);
  const output = text.length + (calls.length === 0 ? 0 : JSON.stringify(calls).length);
  return {
    text,
    toolCalls: calls.map((call) => ({ name: call.tool, arguments: call.arguments })),
    finishReason: calls.length === 0 ? { unified: "stop", raw: "stop" } : { unified: "tool-calls", raw: "tool_calls" },
    usage: {
      freshInput: Math.ceil(input / CHARACTERS_A_TOKEN),
      visibleOutput: Math.ceil(output / CHARACTERS_A_TOKEN),
    },
    servedModel: request.model.model,
    latencyMs,
  };
}

function lastText(request: ProviderRequest): string {
  return request.messages.findLast(({ content }) => content.includes("<answer-"))?.content ?? "";
}

function pick<T>(items: readonly T[], chance: () => number): T {
  return items[Math.floor(chance() * items.length)] as T;
}

// Box-Muller; 1 - u keeps the logarithm finite.
function normal(chance: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
}
