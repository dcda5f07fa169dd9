import type { JSPromiseState, QuickJSContext, QuickJSHandle, QuickJSRuntime } from "quickjs-emscripten";
import { GUEST_PRELUDE } from "./guest.ts";
import type { JobReport, TestReport } from "./protocol.ts";

/** What stops a job: our flag, not the guest's word, since a guest can throw anything but cannot catch an interrupt. */
export class Stopped extends Error {
  readonly report: JobReport;
  constructor(report: JobReport) {
    super(report.state);
    this.report = report;
  }
}

/** A QuickJS context for one solution, and what passes its wall: source goes in, text comes out. Throws `Stopped`. */
export class Guest {
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #read: QuickJSHandle;
  readonly #late: () => boolean;
  readonly #isFull: () => boolean;
  #test: number | undefined;

  constructor(runtime: QuickJSRuntime, late: () => boolean, isFull: () => boolean) {
    this.#runtime = runtime;
    this.#context = runtime.newContext();
    this.#read = this.#context.unwrapResult(this.#context.evalCode(GUEST_PRELUDE, "prelude.js", { type: "global" }));
    this.#late = late;
    this.#isFull = isFull;
    runtime.setInterruptHandler(late);
  }

  run(source: string, runs: readonly string[], onTest: (index: number) => void): JobReport {
    const loaded = this.#context.evalCode(source, "solution.js", { type: "global" });
    if (loaded.error) {
      const { name, message } = this.#thrown(loaded.error);
      return { state: "not-loaded", message: message === "" ? name : `${name}: ${message}` };
    }
    loaded.value.dispose();
    while (this.#runtime.hasPendingJob()) this.#runPendingJob();
    const tests = runs.map((run, index) => {
      this.#test = index;
      onTest(index);
      return this.#runTest(run);
    });
    return { state: "ran", tests };
  }

  #runTest(run: string): TestReport {
    // An async function's promise is QuickJS's own, whatever the solution has made of `Promise`; its state is read from outside.
    const started = this.#context.evalCode(`(async () => {\n${run}\n})()`, "test.js", { type: "global" });
    if (started.error) return { state: "threw", ...this.#thrown(started.error) };
    const promise = started.value;
    const state = this.#settle(promise);
    promise.dispose();
    if (state.type === "pending") return { state: "never-settled" };
    if (state.type === "rejected") return { state: "threw", ...this.#thrown(state.error) };
    return { state: "returned", json: this.#take(state.value, false) };
  }

  // Every look at a settled promise makes a handle to its value: look once more only while it is pending.
  #settle(promise: QuickJSHandle): JSPromiseState {
    for (;;) {
      const state = this.#context.getPromiseState(promise);
      if (state.type !== "pending" || !this.#runtime.hasPendingJob()) return state;
      this.#runPendingJob();
    }
  }

  // One at a time. What the solution left running must not change a returned object before it is read, and a flood of
  // short jobs may never come to the place where QuickJS asks whether to stop.
  #runPendingJob(): void {
    if (this.#late()) throw this.#timeout();
    const ran = this.#runtime.executePendingJobs(1);
    if (ran.error) this.#thrown(ran.error);
  }

  #timeout(): Stopped {
    return new Stopped(this.#test === undefined ? { state: "timeout" } : { state: "timeout", test: this.#test });
  }

  #thrown(error: QuickJSHandle): { name: string; message: string } {
    if (this.#late()) throw this.#timeout();
    const thrown = JSON.parse(this.#take(error, true)) as { name: string; message: string };
    // With no room even for the error QuickJS throws null.
    const empty = thrown.name === "null" && this.#isFull();
    if (empty || (thrown.name === "InternalError" && thrown.message === "out of memory"))
      throw new Stopped({ state: "out-of-memory" });
    return thrown;
  }

  #take(value: QuickJSHandle, thrown: boolean): string {
    const flag = thrown ? this.#context.true : this.#context.false;
    const taken = this.#context.callFunction(this.#read, this.#context.undefined, value, flag);
    value.dispose();
    if (taken.error && this.#late()) throw this.#timeout();
    const text = taken.error ? "" : taken.value.consume((handle) => this.#context.getString(handle));
    // `read` always writes something and lets nothing through, unless there is no room left to do it in.
    if (text === "") throw new Stopped({ state: "out-of-memory" });
    return text;
  }

  /** Frees everything; false if QuickJS could not. */
  dispose(): boolean {
    try {
      this.#read.dispose();
      this.#context.dispose();
      this.#runtime.dispose();
      return true;
    } catch {
      return false;
    }
  }
}
