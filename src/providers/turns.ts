/** Turns of the event loop after which undici can use the connection of an answer again. */
const REUSABLE_AFTER = 2;
/** Turns between two answers: the call that the first one made room for is on its way before the second is read. */
const APART = 2;

interface Held {
  readonly turn: number;
  readonly go: () => void;
}

/**
 * Hands on what arrived together one by one, in the order in which it arrived. Reading an answer takes a hundred times as
 * long as receiving it, and undici sends nothing before the turn of the event loop is over: of twenty answers read in one
 * turn, the first one's successor would wait for the nineteen others, all twenty would be answered together again, and so on
 * for the whole run.
 */
export class Turns {
  readonly #held: Held[] = [];
  #turn = 0;
  #lastAt = 0;
  #isGoing = false;

  /** Calls `go` when its turn has come, never before the connection that it came over is free. */
  take(go: () => void): void {
    this.#held.push({ turn: this.#turn, go });
    if (!this.#isGoing) this.#next();
  }

  #next(): void {
    this.#isGoing = this.#held.length > 0;
    if (this.#isGoing) setImmediate(() => this.#pass());
  }

  #pass(): void {
    this.#turn += 1;
    const [first] = this.#held;
    if (first !== undefined && this.#turn >= first.turn + REUSABLE_AFTER && this.#turn >= this.#lastAt + APART) {
      this.#held.shift();
      this.#lastAt = this.#turn;
      first.go();
    }
    this.#next();
  }
}
