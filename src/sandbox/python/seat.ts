import type { Seat } from "../pool.ts";
import type { JobReport } from "../protocol.ts";
import { Conversation } from "./conversation.ts";
import type { Child } from "./launch.ts";
import type { ChildMessage, PythonJob } from "./protocol.ts";

const START_MS = 30_000;
const WATCH_MS = 50;

/** A place in the pool: at most one child process, which may be another one for the next job. */
export class PythonSeat implements Seat<PythonJob> {
  readonly #start: () => Child;
  readonly #residentBytes: number;
  #conversation: Conversation | undefined;
  #standing: Promise<ChildMessage | "late" | "ended"> | undefined;
  #closed = false;

  /** `residentBytes` is what a child may occupy in all, its interpreter's memory included. */
  constructor(start: () => Child, residentBytes: number) {
    this.#start = start;
    this.#residentBytes = residentBytes;
  }

  /** A child that died under a job proves nothing about the job: it gets a fresh one, once. */
  async run(job: PythonJob): Promise<JobReport> {
    const first = await this.#attempt(job);
    return first.state === "crashed" && !this.#closed ? this.#attempt(job) : first;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#discard();
  }

  async #attempt(job: PythonJob): Promise<JobReport> {
    const conversation = await this.#ready();
    if (!(conversation instanceof Conversation)) return conversation;
    conversation.hold(true);
    let full = false;
    const watch = setInterval(() => {
      full ||= conversation.residentBytes() > this.#residentBytes;
      if (full) void conversation.kill();
    }, WATCH_MS);
    try {
      const report = await converse(conversation, job);
      if (report !== undefined) {
        if (report.reusable) this.#await(conversation);
        else await this.#discard();
        return report.report;
      }
    } finally {
      clearInterval(watch);
    }
    await this.#discard();
    return full || conversation.aborted
      ? { state: "out-of-memory" }
      : { state: "crashed", reason: "a sandbox process ended under its job" };
  }

  // A child that is not ready again has been left in a loop by its last job, or is gone: this job gets another one.
  async #ready(): Promise<Conversation | JobReport> {
    if (this.#conversation !== undefined) {
      const message = await this.#standing;
      if (isReady(message)) return this.#conversation;
      await this.#discard();
    }
    if (this.#closed) return { state: "crashed", reason: "the sandbox was closed" };
    const conversation = new Conversation(this.#start());
    this.#await(conversation);
    this.#conversation = conversation;
    const message = await this.#standing;
    if (isReady(message) && message.granted.length === 0) return conversation;
    await this.#discard();
    return isReady(message)
      ? {
          state: "refused",
          reason: `A sandbox process could not be confined: it may use ${message.granted.join(", ")}.`,
        }
      : { state: "crashed", reason: `a sandbox process did not start (${message === "late" ? "late" : "it ended"})` };
  }

  #await(conversation: Conversation): void {
    conversation.hold(false);
    this.#standing = conversation.next(START_MS);
    void this.#standing.then(async (message) => {
      if (!isReady(message)) await conversation.kill();
    });
  }

  async #discard(): Promise<void> {
    const conversation = this.#conversation;
    this.#conversation = undefined;
    this.#standing = undefined;
    await conversation?.kill();
  }
}

/** Sends the job and follows it to its end or its deadline; nothing if the child ended first. */
async function converse(
  conversation: Conversation,
  job: PythonJob,
): Promise<{ report: JobReport; reusable: boolean } | undefined> {
  const deadline = performance.now() + job.deadlineMs;
  conversation.send(job);
  let test: number | undefined;
  for (;;) {
    const message = await conversation.next(Math.max(0, deadline - performance.now()));
    if (message === "ended") return undefined;
    if (message === "late") {
      return { report: test === undefined ? { state: "timeout" } : { state: "timeout", test }, reusable: false };
    }
    if (message.kind === "done") return { report: message.report, reusable: message.reusable };
    if (message.kind === "test") test = message.index;
  }
}

function isReady(message: ChildMessage | "late" | "ended" | undefined): message is ChildMessage & { kind: "ready" } {
  return typeof message === "object" && message.kind === "ready";
}
