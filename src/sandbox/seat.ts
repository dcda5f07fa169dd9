import { Worker } from "node:worker_threads";
import type { Seat } from "./pool.ts";
import type { Job, JobReport, WorkerMessage, WorkerSetup } from "./protocol.ts";

// QuickJS stops itself at the deadline, except inside one long native call. Then the thread is ended, this much later.
const GRACE_MS = 150;
const START_MS = 20_000;

/** Starts the thread; a test gives its own to reach the `Worker`. */
export type StartWorker = (setup: WorkerSetup) => Worker;

/** The real thread: no environment, no arguments, its output thrown away (an abort of the module is noisy). */
export function startWorker(setup: WorkerSetup): Worker {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData: setup,
    env: {},
    argv: [],
    execArgv: [],
    stdin: false,
    stdout: true,
    stderr: true,
    // Room for the C frames under QuickJS's own 512 KiB.
    resourceLimits: { stackSizeMb: 16, maxOldGenerationSizeMb: 256 },
  });
  worker.stdout.resume();
  worker.stderr.resume();
  return worker;
}

/** A place in the pool: at most one thread, which may be another one for the next job. */
export class ThreadSeat implements Seat<Job> {
  readonly #memoryBytes: number;
  readonly #start: StartWorker;
  readonly #progress = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | undefined;
  #closed = false;

  constructor(memoryBytes: number, start: StartWorker) {
    this.#memoryBytes = memoryBytes;
    this.#start = start;
  }

  /** A thread that died under a job proves nothing about the job: it gets a fresh one, once. */
  async run(job: Job): Promise<JobReport> {
    const first = await this.#attempt(job);
    return first.state === "crashed" && !this.#closed ? this.#attempt(job) : first;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#discard();
  }

  async #attempt(job: Job): Promise<JobReport> {
    try {
      const worker = this.#worker ?? (await this.#open());
      worker.ref();
      worker.postMessage(job);
      const message = await nextMessage(worker, job.deadlineMs + GRACE_MS);
      if (message === "late") {
        const test = Atomics.load(this.#progress, 0);
        await this.#discard();
        return test < 0 ? { state: "timeout" } : { state: "timeout", test };
      }
      if (message.kind !== "done") throw new Error("a worker answered out of turn");
      if (message.reusable) worker.unref();
      else await this.#discard();
      return message.report;
    } catch (error) {
      await this.#discard();
      return { state: "crashed", reason: error instanceof Error ? error.message : String(error) };
    }
  }

  async #open(): Promise<Worker> {
    Atomics.store(this.#progress, 0, -1);
    const worker = this.#start({ memoryBytes: this.#memoryBytes, progress: this.#progress });
    // At once, so that `close` finds a thread that is still starting.
    this.#worker = worker;
    // While no job listens, an error must not become the process's own.
    worker.on("error", () => {});
    worker.once("exit", () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    const message = await nextMessage(worker, START_MS);
    if (message === "late") throw new Error(`a sandbox worker was not up after ${START_MS} ms`);
    return worker;
  }

  async #discard(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

/** The worker's next message, or "late". Rejects if the thread ends first. */
function nextMessage(worker: Worker, ms: number): Promise<WorkerMessage | "late"> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      worker.off("message", onMessage);
      worker.off("error", onError);
      worker.off("exit", onExit);
      act();
    };
    const onMessage = (message: WorkerMessage): void => settle(() => resolve(message));
    const onError = (error: unknown): void => settle(() => reject(error));
    const onExit = (code: number): void =>
      settle(() => reject(new Error(`a sandbox worker ended (exit code ${code})`)));
    const timer = setTimeout(() => settle(() => resolve("late")), ms);
    worker.on("message", onMessage);
    worker.on("error", onError);
    worker.on("exit", onExit);
  });
}
