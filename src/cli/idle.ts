const PAUSE_MS = 3;
/** A timer that rings later than this had to wait for something. */
const ON_TIME_MS = 1.5;

/**
 * Loads modules one after the other, each in a moment in which nothing else is to be done: while calls are on their way, and
 * before their answers come. Whoever needs one earlier loads it himself. Returns what stops it.
 */
export function loadWhileIdle(modules: readonly (() => Promise<unknown>)[]): () => void {
  let stopped = false;
  const load = async () => {
    for (const each of modules) {
      await idle(() => stopped);
      if (stopped) return;
      await each();
    }
  };
  // Who needs the module meets the same error, where it can be told.
  load().catch(() => {});
  return () => {
    stopped = true;
  };
}

/** Resolves when a timer rings on time. */
async function idle(stopped: () => boolean): Promise<void> {
  for (let lateMs = Number.POSITIVE_INFINITY; lateMs > ON_TIME_MS && !stopped(); ) {
    const began = performance.now();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS).unref());
    lateMs = performance.now() - began - PAUSE_MS;
  }
}
