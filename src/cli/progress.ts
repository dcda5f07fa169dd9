import type { Outcome } from "../domain/trial.ts";
import { usd } from "../report/numbers.ts";
import type { World } from "./world.ts";

/** Shows how a run goes: a live line per model on a terminal, one line every few seconds elsewhere. Writes to stderr. */
export interface Progress {
  started(candidate: string): void;
  finished(candidate: string, outcome: Outcome): void;
  resumed(candidate: string): void;
  /** A line that stays. */
  note(text: string): void;
  /** Shows how it ended. Nothing is shown after it. */
  end(): void;
}

interface Tally {
  planned: number;
  done: number;
  failed: number;
  inFlight: number;
  knownUsd: number;
  unpriced: number;
}

const LIVE_EVERY_MS = 100;
const LINE_EVERY_MS = 5_000;
/** While nothing starts or ends (a provider is down), somebody still wants to see that it is waited for. */
const BEAT_MS = 1_000;

export const silentProgress: Progress = { started() {}, finished() {}, resumed() {}, note() {}, end() {} };

/** @param planned trials by candidate */
export function createProgress(world: World, planned: ReadonlyMap<string, number>): Progress {
  const tallies = new Map(
    [...planned].map(([id, count]): [string, Tally] => [
      id,
      { planned: count, done: 0, failed: 0, inFlight: 0, knownUsd: 0, unpriced: 0 },
    ]),
  );
  const width = Math.max(...[...planned.keys()].map((id) => id.length));
  const began = world.clock.monotonic();
  let drawn = 0;
  let last = began;
  const line = ([id, tally]: [string, Tally]) => {
    const { done, failed, inFlight, knownUsd, unpriced } = tally;
    const elapsed = Math.max(1, world.clock.monotonic() - began) / 1_000;
    const rate = done / elapsed;
    const left = done === tally.planned || rate === 0 ? "" : `, ${Math.ceil((tally.planned - done) / rate)} s left`;
    const money = unpriced > 0 ? `at least ${usd(knownUsd)}, ${unpriced} unpriced` : usd(knownUsd);
    return `${id.padEnd(width)}  ${done}/${tally.planned} done, ${failed} failed, ${inFlight} in flight, ${rate.toFixed(1)}/s, ${money}${left}`;
  };
  const draw = () => {
    const lines = [...tallies].map((entry) => line(entry).slice(0, Math.max(20, world.columns - 1)));
    const up = drawn === 0 ? "" : `\u001b[${drawn}A`;
    world.stderr(`${up}${lines.map((text) => `\u001b[2K${text}\n`).join("")}`);
    drawn = lines.length;
  };
  const tick = (force = false) => {
    const now = world.clock.monotonic();
    if (!force && now - last < (world.isTerminal ? LIVE_EVERY_MS : LINE_EVERY_MS)) return;
    last = now;
    if (world.isTerminal) return draw();
    const sum = [...tallies.values()].reduce(
      (total, { done, failed }) => ({ done: total.done + done, failed: total.failed + failed }),
      { done: 0, failed: 0 },
    );
    const all = [...planned.values()].reduce((total, count) => total + count, 0);
    world.stderr(`${sum.done}/${all} calls done, ${sum.failed} failed\n`);
  };
  const beat = setInterval(tick, BEAT_MS);
  beat.unref();
  const of = (candidate: string) => tallies.get(candidate) as Tally;
  return {
    started(candidate) {
      of(candidate).inFlight += 1;
      tick();
    },
    finished(candidate, outcome) {
      const tally = of(candidate);
      tally.inFlight -= 1;
      tally.done += 1;
      if (outcome.state === "failed") tally.failed += 1;
      if (outcome.costUsd === undefined) tally.unpriced += 1;
      else tally.knownUsd += outcome.costUsd;
      tick();
    },
    resumed(candidate) {
      of(candidate).done += 1;
    },
    note(text) {
      if (world.isTerminal) draw();
      // The lines so far stay as they are; the next are drawn below the note.
      drawn = 0;
      world.stderr(`${text}\n`);
    },
    end() {
      clearInterval(beat);
      tick(true);
    },
  };
}
