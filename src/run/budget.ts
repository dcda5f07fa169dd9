/** Money set aside for one call. Exactly one of the two is called, once. */
export interface Reservation {
  /** The call ended and cost so much. */
  settle(actualUsd: number): void;
}

/**
 * A spending limit that no interleaving of calls can exceed: a call reserves its worst case before it starts
 * and settles what it cost after.
 */
export interface Budget {
  /** Resolves with a reservation as soon as the money is there; with undefined when it can never be. */
  reserve(worstCaseUsd: number): Promise<Reservation | undefined>;
  readonly spentUsd: number;
}

/** @param limitUsd undefined: no limit, spending is only counted. */
export function createBudget(limitUsd: number | undefined): Budget {
  let spent = 0;
  let reserved = 0;
  let waiting: (() => void)[] = [];
  const wake = () => {
    const awake = waiting;
    waiting = [];
    for (const go of awake) go();
  };
  return {
    get spentUsd() {
      return spent;
    },
    async reserve(worst) {
      while (limitUsd !== undefined && spent + reserved + worst > limitUsd) {
        // Calls in flight may cost less than they reserved; with none in flight, waiting cannot help.
        if (reserved === 0) return undefined;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      reserved += worst;
      return {
        settle(actual) {
          reserved -= worst;
          if (reserved < 1e-12) reserved = 0;
          spent += actual;
          wake();
        },
      };
    },
  };
}
