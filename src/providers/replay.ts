import { createHash } from "node:crypto";
import { z } from "zod";
import type { Case } from "../domain/case.ts";
import { ToolCallSchema, UsageSchema } from "../domain/trial.ts";
import { type Provider, ProviderError } from "../ports.ts";

/** One recorded answer: a line of a `--replay` file. Either `case` (an id) or `prompt` (the input's text) says to what. */
export const RecordedAnswerSchema = z
  .strictObject({
    model: z.string().min(1),
    case: z.string().optional(),
    prompt: z.string().optional(),
    output: z.string(),
    toolCalls: z.array(ToolCallSchema).default([]),
    repeat: z.number().int().nonnegative().default(0),
    usage: UsageSchema.optional(),
    costUsd: z.number().nonnegative().optional(),
    latencyMs: z.number().nonnegative().optional(),
    /** In [0, 1]; the rule "recorded" reads it. */
    score: z.number().min(0).max(1).optional(),
  })
  .refine((answer) => (answer.case === undefined) !== (answer.prompt === undefined), {
    message: 'give either "case" or "prompt"',
  });
export type RecordedAnswer = z.infer<typeof RecordedAnswerSchema>;

/** Recorded answers by model, case and repeat. Where each stands is in memory; what it says is read when it is asked for. */
export class Recording {
  readonly #answers = new Map<string, () => RecordedAnswer>();
  readonly #models = new Set<string>();
  readonly #cases = new Set<string>();

  /**
   * @param byPrompt says which case has this text as its input
   * @param read gives the answer again
   */
  add(
    answer: RecordedAnswer,
    byPrompt: (prompt: string) => string | undefined,
    read: () => RecordedAnswer = () => answer,
  ): "added" | "unknown-prompt" | "repeated" {
    const caseId = answer.case ?? byPrompt(answer.prompt ?? "");
    if (caseId === undefined) return "unknown-prompt";
    const key = keyOf(answer.model, caseId, answer.repeat);
    if (this.#answers.has(key)) return "repeated";
    this.#answers.set(key, read);
    this.#models.add(answer.model);
    this.#cases.add(caseId);
    return "added";
  }

  /** Lines that answer no case of the dataset. */
  foreign = 0;

  get models(): string[] {
    return [...this.#models].sort();
  }

  get cases(): ReadonlySet<string> {
    return this.#cases;
  }

  has(model: string, caseId: string, repeat: number): boolean {
    return this.#answers.has(keyOf(model, caseId, repeat));
  }

  find(model: string, caseId: string, repeat: number): RecordedAnswer | undefined {
    return this.#answers.get(keyOf(model, caseId, repeat))?.();
  }
}

function keyOf(model: string, caseId: string, repeat: number): string {
  return JSON.stringify([model, caseId, repeat]);
}

/** Which case has a text as its input, for answers that name a prompt. Texts are kept as hashes. */
export class PromptIndex {
  readonly #ids = new Map<string, string | undefined>();

  add({ id, input }: Pick<Case, "id" | "input">): void {
    const key = hashOf(typeof input === "string" ? input : (input.at(-1)?.content ?? ""));
    this.#ids.set(key, this.#ids.has(key) ? undefined : id);
  }

  /** Undefined for a text that is no case's input, or several cases'. */
  idOf(prompt: string): string | undefined {
    return this.#ids.get(hashOf(prompt));
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

/** Answers from a recording. Calls nothing and takes no time of its own. */
export function createReplayProvider(recording: Recording): Provider {
  return {
    async complete({ model, origin, signal }) {
      signal.throwIfAborted();
      const answer = recording.find(model.model, origin.caseId, origin.repeat);
      if (answer === undefined) {
        const message = `no recorded answer of ${model.model} to ${origin.caseId}`;
        throw new ProviderError(message, { reason: "invalid-request", retryable: false });
      }
      return {
        text: answer.output,
        toolCalls: answer.toolCalls,
        finishReason: { unified: answer.toolCalls.length > 0 ? "tool-calls" : "stop", raw: "recorded" },
        usage: answer.usage ?? {},
        servedModel: model.model,
        ...(answer.costUsd === undefined ? {} : { billedUsd: answer.costUsd }),
        ...(answer.latencyMs === undefined ? {} : { latencyMs: answer.latencyMs }),
        ...(answer.score === undefined ? {} : { recordedScore: answer.score }),
      };
    },
  };
}
