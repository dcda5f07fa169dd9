import vm from "node:vm";

/** Thrown where work was given up. */
export class TookTooLong extends Error {
  constructor(ms: number) {
    super(`gave no result within ${ms / 1000} s`);
    this.name = "TookTooLong";
  }
}

let seat: { readonly context: vm.Context; readonly script: vm.Script } | undefined;

/**
 * Runs synchronous work and gives it up after a deadline. Nothing else can stop a regular expression that backtracks:
 * Node's `vm` can, whatever the work calls. Costs some 0.1 ms a call. This confines nothing: it is no sandbox.
 * @param ms wall time
 * @throws TookTooLong, and whatever the work throws
 */
export function within<T>(ms: number, work: () => T): T {
  seat ??= { context: vm.createContext({ work: undefined }), script: new vm.Script("work()") };
  const { context, script } = seat;
  // Work may itself be given a deadline inside.
  const outer: unknown = context.work;
  context.work = work;
  try {
    return script.runInContext(context, { timeout: ms }) as T;
  } catch (error) {
    throw (error as NodeJS.ErrnoException | undefined)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
      ? new TookTooLong(ms)
      : error;
  } finally {
    context.work = outer;
  }
}

/**
 * Waits for a value no longer than a deadline. What goes on behind it cannot be stopped, only left.
 * @param ms wall time
 * @throws TookTooLong, and what a promise was rejected with
 */
export async function settledWithin<T>(ms: number, value: T | Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TookTooLong(ms)), ms);
  try {
    return await Promise.race([value, promise]);
  } finally {
    clearTimeout(timer);
  }
}
