import { z } from "zod";
import type { Case } from "../domain/case.ts";
import type { Score } from "../domain/trial.ts";
import type { CodeRunner, Embedder, Judge, ScorerInput } from "../ports.ts";
import { EXTRA_SPACE } from "./normal.ts";

/** What rules may ask of the world. */
export interface ScorerServices {
  readonly code: CodeRunner | undefined;
  /** One, or a panel of at least three families; none where no judge is at hand. */
  readonly judges: readonly Judge[];
  /** Finds an embedder, the first where none is named; none where nothing may be called. @throws UserError */
  readonly embedder?: ((id: string | undefined) => Embedder) | undefined;
  /** Reads a text file of the project, such as a rubric. @throws UserError when it cannot. */
  readonly readProjectFile: (path: string) => string;
}

/**
 * A row of the table of rules.
 * `target` is what the rule needs of a case's target, `options` what a suite may set.
 */
export interface Rule<Target, Options> {
  readonly certainty: "exact" | "heuristic" | "judge";
  /** Compares the answer with another one. */
  readonly needsRival?: true;
  /** Calls a service that is paid for, though it is no judge. */
  readonly paid?: true;
  readonly target: z.ZodType<Target>;
  readonly options: z.ZodType<Options>;
  /** Why a case with a fitting target cannot be scored under these options all the same, or undefined. */
  refuses?(options: Options, item: Case, target: Target): string | undefined;
  /** Called once per suite. @throws UserError when something the rule needs is not there. */
  prepare(options: Options, services: ScorerServices): Scoring<Target>;
}

export type Scoring<Target> = (answer: ScorerInput, target: Target) => Score | Promise<Score>;

/** @param value in [0, 1] */
export function scored(value: number, explanation: string): Score {
  return { state: "scored", value, explanation };
}

/** Makes a grade a matter of passing or failing. */
export const AtLeast = z.number().positive().max(1).optional();

/** @param value in [0, 1]; with `atLeast`, 1 from there on and 0 below */
export function graded(value: number, explanation: string, atLeast: number | undefined): Score {
  const shown = `${Number(value.toFixed(3))} (${explanation})`;
  if (atLeast === undefined) return scored(value, shown);
  return passFail(value >= atLeast, shown, `${shown}, wanted at least ${atLeast}`);
}

/** 1 or 0, with a reason for either. */
export function passFail(passed: boolean, whenPassed: string, whenFailed: string): Score {
  return passed ? scored(1, whenPassed) : scored(0, whenFailed);
}

/** The first fault that zod found, as `path: message`, with `root` in front of the path. */
export function firstFault(error: z.ZodError, root?: string): string {
  const [issue] = error.issues;
  const path = [...(root === undefined ? [] : [root]), ...(issue?.path ?? [])].join(".");
  return `${path === "" ? "" : `${path}: `}${issue?.message}`;
}

/** A text short enough for an explanation. */
export function quote(text: string, most = 80): string {
  // No more than is shown is folded: an answer may be a megabyte.
  const start = text.trimStart();
  const flat = start
    .slice(0, 4 * most)
    .replace(EXTRA_SPACE, " ")
    .trimEnd();
  if (flat.length <= most && start.length <= 4 * most) return JSON.stringify(flat);
  // Half a surrogate pair would be shown as its code.
  return JSON.stringify(`${flat.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`);
}

/** As {@link quote}, without quotes around it: for words that are not the answer's own. */
export function clip(text: string, most = 120): string {
  return quote(text, most).slice(1, -1).replaceAll('\\"', '"');
}

/** The first few of a list of texts, for an explanation. */
export function quotes(texts: readonly string[], most = 5): string {
  const shown = texts.slice(0, most).map((text) => quote(text));
  return `${shown.join(", ")}${texts.length > most ? ` and ${texts.length - most} more` : ""}`;
}
