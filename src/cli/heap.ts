import { setFlagsFromString } from "node:v8";

/** Trials. */
const LARGE_RUN = 100_000;

/**
 * Lets the heap grow by half between two collections of garbage from here on, where V8 would let it grow fourfold. A run makes
 * much garbage and keeps little: its peak of memory falls by a third, at some per cent of time. A large one lets it grow by a
 * fifth alone, since what it holds of its trials is what the heap grows by: a tenth less at its peak, for a tenth more of time.
 */
export function keepHeapSmall(trials: number): void {
  setFlagsFromString(`--heap-growing-percent=${trials > LARGE_RUN ? 20 : 50}`);
}

/** Trials. The end of a larger run takes seconds, in which optimised code pays. */
const SMALL_RUN = 20_000;

/**
 * Optimises no more code from here on for the end of a small run: it is over before that would pay. A tenth to a sixth less time
 * from the last answer on. For a process that does nothing after it.
 */
export function compileLess(trials: number): void {
  if (trials <= SMALL_RUN) setFlagsFromString("--no-turbofan");
}
