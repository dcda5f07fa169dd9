import type { Message } from "../domain/case.ts";
import { messageOf } from "../errors.ts";
import type { Judge, JudgeReply } from "../ports.ts";
import type { JudgePrompt } from "./judge-prompt.ts";
import { repairText, verdictSchema } from "./judge-reading.ts";

/** One question to one judge. */
export interface Question<T> {
  readonly kind: "pointwise" | "pairwise" | "choice";
  readonly prompt: JudgePrompt;
  /** Undefined for a reply that settles on nothing. */
  readonly read: (reply: string) => T | undefined;
  readonly caseId: string;
  readonly repeat: number;
  /** Which of several readings of the same answer by the same judge. */
  readonly sample: number;
  readonly signal: AbortSignal;
}

/** What came of a question: a verdict, or why there is none; and what all attempts cost, where it is known. */
export type Word<T> = ({ readonly verdict: T } | { readonly reason: string; readonly judgeText?: string }) & {
  readonly costUsd: number | undefined;
};

/**
 * Asks, and once more where the reply cannot be read, or was cut at its limit of tokens.
 * @throws the signal's reason alone
 */
export async function askJudge<T>(judge: Judge, question: Question<T>): Promise<Word<T>> {
  const { kind, prompt, read, caseId, repeat, sample, signal } = question;
  const jsonSchema = verdictSchema(kind, prompt.tag);
  let messages: readonly Message[] = prompt.messages;
  let costUsd: number | undefined = 0;
  let unread: { judgeText?: string } = {};
  let cut = false;
  for (let attempt = 0; attempt < 2; attempt++) {
    const reply = await replyOf(judge, { messages, jsonSchema, caseId, repeat, sample, signal });
    costUsd = costUsd === undefined || reply.costUsd === undefined ? undefined : costUsd + reply.costUsd;
    if (reply.state === "failed") return { reason: `judge failed: ${reply.reason}`, ...unread, costUsd };
    // What stands in a reply that was cut may be the answer, repeated on the way to a verdict.
    cut = reply.cut === true;
    const verdict = cut ? undefined : read(reply.text);
    if (verdict !== undefined) {
      reply.keep?.();
      return { verdict, costUsd };
    }
    unread = { judgeText: reply.text };
    const repair = `${cut ? "Your reply was cut off at its limit." : "That was not the JSON asked for."} ${repairText(kind, prompt.tag)}`;
    // Thinking can use up the limit, and providers refuse a message without text.
    const said = reply.text.trim() === "" ? [] : [{ role: "assistant" as const, content: reply.text }];
    messages = [...prompt.messages, ...said, { role: "user", content: repair }];
  }
  return { reason: cut ? "judge cut off" : "judge unparseable", ...unread, costUsd };
}

/** @throws the signal's reason alone: any other fault of the judge is no word on the answer, and what was paid still counts */
async function replyOf(judge: Judge, call: Parameters<Judge["ask"]>[0]): Promise<JudgeReply> {
  try {
    return await judge.ask(call);
  } catch (error) {
    call.signal.throwIfAborted();
    return { state: "failed", reason: messageOf(error) };
  }
}
