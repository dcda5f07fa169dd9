/** Money set aside for one call. */
export interface Reservation {
  /**
   * Sets as much aside again, for another attempt; false when the money is not there at this moment. Never waits: two
   * calls that each hold money and wait for more would wait for ever.
   */
  extend(): boolean;
  /** The call ended and cost so much; undefined: nobody knows, so all that was set aside. Called once. */
  settle(actualUsd: number | undefined): void;
}

/**
 * A spending limit that no interleaving of calls can exceed: a call reserves its worst case before it starts
 * and settles what it cost after.
 */
export interface Budget {
  /**
   * Resolves with a reservation as soon as the money is there; with undefined when it can never be. Goes before
   * {@link reserveAll}: what is asked for here (a judge's reading) makes an answer worth its price.
   */
  reserve(worstCaseUsd: number): Promise<Reservation | undefined>;
  /** The same for several calls together: all of them, or none. */
  reserveAll(worstCasesUsd: readonly number[]): Promise<Reservation[] | undefined>;
  /** Counts what was spent without a reservation: by an earlier part of the run. */
  spend(usd: number): void;
  readonly spentUsd: number;
  /** Undefined: spending is only counted. */
  readonly limitUsd: number | undefined;
}

/** @param limitUsd undefined: no limit, spending is only counted */
export function createBudget(limitUsd: number | undefined): Budget {
  let spent = 0;
  let reserved = 0;
  let open = 0;
  /** Single calls that wait. */
  let urgent = 0;
  let waiting: (() => void)[] = [];
  const fits = (usd: number) => limitUsd === undefined || spent + reserved + usd <= limitUsd;
  const wake = () => {
    const awake = waiting;
    waiting = [];
    for (const go of awake) go();
  };
  const take = (worst: number): Reservation => {
    let held = worst;
    open += 1;
    reserved += worst;
    return {
      extend() {
        if (!fits(worst)) return false;
        held += worst;
        reserved += worst;
        return true;
      },
      settle(actual = held) {
        open -= 1;
        // Sums of decimals do not come back to nothing by themselves.
        reserved = open === 0 ? 0 : reserved - held;
        spent += actual;
        wake();
      },
    };
  };
  /** Resolves with whether the money is there. Calls in flight may cost less than they reserved; without any, none comes. */
  const wait = async (isThere: () => boolean, comesMoney: () => boolean): Promise<boolean> => {
    while (!isThere()) {
      if (!comesMoney()) return false;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    return true;
  };
  return {
    limitUsd,
    get spentUsd() {
      return spent;
    },
    spend(usd) {
      spent += usd;
    },
    async reserve(worst) {
      urgent += 1;
      const isThere = await wait(
        () => fits(worst),
        () => open > 0,
      );
      urgent -= 1;
      if (isThere) return take(worst);
      // Whoever gave way to this one must look again.
      wake();
      return undefined;
    },
    async reserveAll(worsts) {
      const sum = worsts.reduce((total, worst) => total + worst, 0);
      const isThere = await wait(
        () => urgent === 0 && fits(sum),
        () => open > 0 || urgent > 0,
      );
      return isThere ? worsts.map(take) : undefined;
    },
  };
}
