import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import type { CodeRunner, Scorer } from "../ports.ts";
import type { ScorerServices } from "../scorers/rule.ts";
import { loadRules } from "../scorers/rules.ts";
import { buildScorers } from "../scorers/table.ts";
import type { Prepared } from "./prepare.ts";

export interface Scoring {
  readonly scorers: readonly Scorer[];
  readonly dropped: Manifest["dropped"];
  readonly close: () => Promise<void>;
}

/** The services that scorers may call. */
export type Callers = Pick<ScorerServices, "judges" | "embedder">;

/** Every scorer of a suite, judges included; their sandbox must be closed. @throws UserError for what a rule lacks. */
export async function createScoringFor(
  suite: Suite,
  suiteFile: string,
  root: string,
  callers: Callers = { judges: [] },
): Promise<{ readonly scorers: readonly Scorer[]; readonly close: () => Promise<void> }> {
  const rules = await loadRules(suite, suiteFile);
  const code = createCodeRunner();
  const readProjectFile = (path: string) => {
    try {
      return readFileSync(join(root, path), "utf8");
    } catch {
      const what = `The file ${path} cannot be read.`;
      throw new UserError({ where: suiteFile, what, remedy: "Check the path in the suite." });
    }
  };
  const services = { code: code.runner, ...callers, readProjectFile };
  const scorers = buildScorers(suite, suiteFile, { services, rules });
  return { scorers, close: code.close };
}

/**
 * The scorers of a run. Judges are dropped, with the reason, where no unrelated judge is at hand.
 * @throws UserError when nothing is left to score with, or when a case lacks what a scorer needs.
 */
export async function createScoring(prepared: Prepared, root: string, callers: Callers): Promise<Scoring> {
  const { judges } = callers;
  const { suite, suiteFile } = prepared;
  const { scorers: all, close } = await createScoringFor(suite, suiteFile, root, callers);
  const kept = all.filter(({ certainty }) => certainty !== "judge" || judges.length > 0);
  const dropped = all
    .filter((scorer) => !kept.includes(scorer))
    .map(({ name }) => ({ name, reason: prepared.noJudge }));
  if (kept.length === 0) {
    const remedy =
      "Add a rule to the suite, or a judge of another family to models.yaml; or compare fewer with --models.";
    const what = `Every scorer of the suite needs a judge: ${prepared.noJudge}.`;
    throw new UserError({ where: suiteFile, what, remedy });
  }
  for (const [index, item] of prepared.cases.entries()) {
    for (const scorer of kept) {
      const refusal = scorer.refuses(item);
      if (refusal === undefined) continue;
      const what = `Case "${item.id}" cannot be scored by "${scorer.name}" (${scorer.rule}): ${refusal}.`;
      const remedy = "Mend the target, or move the case to another suite.";
      throw new UserError({ where: prepared.cases.whereIs(index), what, remedy });
    }
  }
  return { scorers: kept, dropped, close };
}

// The sandbox is loaded when the first code is to be run: most suites never need it.
function createCodeRunner(): { runner: CodeRunner; close: () => Promise<void> } {
  type Loaded = {
    sandbox: import("../sandbox/sandbox.ts").Sandbox;
    extract: typeof import("../sandbox/extract.ts").extractCode;
  };
  let loaded: Promise<Loaded> | undefined;
  const load = async (): Promise<Loaded> => {
    const [{ createSandbox }, { extractCode }] = await Promise.all([
      import("../sandbox/sandbox.ts"),
      import("../sandbox/extract.ts"),
    ]);
    return { sandbox: createSandbox(), extract: extractCode };
  };
  return {
    runner: {
      async run(answer, target) {
        loaded ??= load();
        const { sandbox, extract } = await loaded;
        const extracted = extract(answer, target);
        if ("missing" in extracted) return { state: "error", message: extracted.missing };
        return sandbox.run({ language: target.language, code: extracted.code, tests: target.tests });
      },
    },
    async close() {
      if (loaded !== undefined) await (await loaded).sandbox.close();
    },
  };
}

/** The facts about the scorers that go into a manifest. */
export function scorerFacts(scorers: readonly Scorer[]): Manifest["scorers"] {
  return scorers.map(({ name, rule, weight, required, certainty, panel }) => ({
    ...{ name, rule, weight, required, certainty },
    ...(panel === undefined ? {} : { panel }),
  }));
}
