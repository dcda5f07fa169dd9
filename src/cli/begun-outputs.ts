import type { Manifest } from "../domain/run.ts";
import type { Cases } from "../suite/cases.ts";
import { CaseOutputs, frameOf } from "./case-outputs.ts";
import type { Counted } from "./counted.ts";
import { caseDetails } from "./details.ts";
import type { Keys } from "./keys.ts";

/** Pieces wait in memory: a run of more trials begins its outputs when it ends. */
const MOST_TRIALS = 20_000;

const EVERY_MS = 20;
/** Cases are added in parts that keep no answer waiting. */
const AT_ONCE = 16;

/**
 * Outputs of a run that is going on: the cases that have ended are added while the others are asked. The journal is read as it
 * is at its end, so what comes out is the same.
 */
export class BegunOutputs {
  readonly #outputs: CaseOutputs;
  readonly #timer: NodeJS.Timeout;
  #failed = false;

  constructor(run: {
    readonly directory: string;
    readonly journal: string;
    readonly manifest: Manifest;
    readonly cases: Cases;
    readonly counted: Counted;
    readonly keys: Pick<Keys, "scrub">;
  }) {
    const { directory, journal, manifest, cases, counted, keys } = run;
    const { assembly } = counted;
    const details = caseDetails({ manifest, cases, file: journal, assembly, people: undefined });
    this.#outputs = new CaseOutputs({ frame: frameOf(manifest, cases.facts), directory, keys, details });
    let added = 0;
    this.#timer = setInterval(() => {
      try {
        for (let room = AT_ONCE; room > 0 && added < cases.length && assembly.hasEnded(added); room--) {
          this.#outputs.addNext();
          added += 1;
        }
      } catch {
        // Nobody listens here: whoever walks the cases again at the end meets the same error, where it can be told.
        this.discard();
      }
    }, EVERY_MS).unref();
  }

  /** Whether a run of so many trials begins its outputs early. */
  static isWorthIt(trials: number): boolean {
    return trials <= MOST_TRIALS;
  }

  /** Adds no more cases, and hands over what was begun; nothing where that failed. */
  take(): CaseOutputs | undefined {
    clearInterval(this.#timer);
    return this.#failed ? undefined : this.#outputs;
  }

  discard(): void {
    clearInterval(this.#timer);
    this.#failed = true;
    this.#outputs.close();
  }
}
