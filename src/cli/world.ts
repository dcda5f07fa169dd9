import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { Clock, Random } from "../ports.ts";

/** Everything a command may know of the process it runs in. Tests give their own. */
export interface World {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Asks a question on the terminal; undefined where nobody can answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  /** Calls back on every Ctrl-C or SIGTERM; the result stops that. */
  readonly onInterrupt: (handler: () => void) => () => void;
  /** Told when all that is left of a run of so many trials is to decide and to report it: the process does nothing after it. */
  readonly onLastPart?: (trials: number) => void;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await wait(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/** Streams of chance for a seed: each name has its own (xoroshiro128+, its state from sha256 of seed and name). */
export function seededRandom(seed: string): Random {
  return (name) => {
    const digest = createHash("sha256").update(`${seed}\u0000${name}`).digest();
    const state = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
    const generator = xoroshiro128plusFromState(state);
    return () => uniformFloat64(generator);
  };
}
