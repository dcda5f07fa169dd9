/**
 * The tasks of the project's table. Empty, so that any name is taken; `npm run -s route -- --types` prints a declaration that
 * lists them, and then the compiler knows a wrong one.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be merged with
export interface Tasks {}
export type Task = keyof Tasks extends never ? string : keyof Tasks & string;

/** What serves a task. */
export interface ModelChoice {
  readonly task: string;
  /** Its id in the catalogue; where another file states the models and nobody maps its names, the name in there. */
  readonly model: string;
  /** Provider, exact API id and parameters; undefined where the catalogue does not have the model. */
  readonly served:
    | { readonly provider: string; readonly model: string; readonly params: Readonly<Record<string, unknown>> }
    | undefined;
  readonly fallbacks: readonly string[];
  /** Parameters that the route states. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly tier: string | undefined;
  readonly budget: string | undefined;
  /** The exception by which this model serves, if it does by one; `expired` once its last day is over. */
  readonly override:
    | {
        readonly model?: string | undefined;
        readonly from?: string | undefined;
        readonly reason: string;
        readonly by: string;
        readonly until: string;
        readonly expired: boolean;
      }
    | undefined;
}

/** Where the table and the catalogue are. */
export interface Where {
  /** The project's folder; the working directory when left out. */
  readonly root?: string;
  readonly routing?: string;
  readonly catalog?: string;
  /** Milliseconds since the epoch; the machine's clock when left out. */
  readonly now?: number;
}

/**
 * The model that serves a task by the routing table. Reads the files at each call: a few milliseconds, always as they are now.
 * Throws for an unknown task (with the nearest one), or a table that cannot be read.
 */
export function modelFor(task: Task, where?: Where): ModelChoice;

/** Every task of the table with what serves it, in the table's order. Throws for a table that cannot be read. */
export function modelsFor(where?: Where): ModelChoice[];
