/** What a route needs from a run of its suite to be judged. */
export interface RouteNeeds {
  readonly route: string;
  /** Who served before. */
  readonly incumbent: string;
  /** Whether that one is gone: it cannot be asked any more, and every other model stands in for it. */
  readonly isGone: boolean;
  /** Who is to serve, or to be fallen back on. */
  readonly models: readonly string[];
}

/** The commands that would settle what changed about the routes of a suite, all of it at once. */
export interface Commands {
  readonly again: string;
  /** Without answers of earlier runs. */
  readonly fresh: string;
}

/**
 * One run for all: each replaces the evidence of its suite, so that one a route would undo the others. The table may name the
 * new models by now, so the run is told who served before.
 * @param flags what else the run has to be told, such as where the catalogue is
 */
export function settlingCommands(
  suite: string,
  needs: readonly RouteNeeds[],
  flags: Readonly<Record<string, string | undefined>>,
): Commands {
  const incumbents = needs.filter(({ isGone }) => !isGone).map(({ route, incumbent }) => `${route}=${incumbent}`);
  const models = needs.some(({ isGone }) => isGone)
    ? []
    : [...new Set([...needs.map(({ incumbent }) => incumbent), ...needs.flatMap((each) => each.models)])];
  const told = Object.entries({ models: models.join(","), incumbent: incumbents.join(","), ...flags });
  const words = told.flatMap(([flag, value]) =>
    value === undefined || value === "" ? [] : [`--${flag}`, asShellWord(value)],
  );
  const again = ["npm run eval", suite, "--", ...words, "--save-evidence"].join(" ");
  return { again, fresh: `${again} --fresh` };
}

function asShellWord(text: string): string {
  return /^[\w./:@=,#+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
