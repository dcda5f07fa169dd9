import { rmSync } from "node:fs";
import { join } from "node:path";
import { hashOf } from "../compare/evidence.ts";
import type { GateFinding } from "../domain/gate.ts";
import type { Catalog } from "../domain/model.ts";
import type { Run } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import { exactLowerBound } from "../stats/proportion.ts";
import { equip } from "./equip.ts";
import { evidenceFile } from "./evidence.ts";
import { checkEvidence } from "./evidence-check.ts";
import { execute } from "./execute.ts";
import { EMPTY_FINDING } from "./gate-overrides.ts";
import { readKeys } from "./keys.ts";
import type { RunOptions } from "./options.ts";
import { prepare } from "./prepare.ts";
import { seededRandom, type World } from "./world.ts";

/** Answers differ by themselves from one time to the next: so many of a hundred are let pass. */
const DIFFERING_BY_CHANCE = 0.2;
const LEVEL = 0.99;
/** Another quality by more than this is another answer. */
const ANOTHER = 0.5;

/**
 * Asks the models of saved evidence a few of its cases again, drawn at random, and compares. Evidence that was made up, or made
 * by another model, does not come out again.
 * @throws UserError where fewer than two of its models have a key here
 */
export async function auditEvidence(
  world: World,
  suite: Suite,
  given: { readonly reports: string; readonly catalog: Catalog; readonly catalogFile: string; readonly count: number },
): Promise<GateFinding> {
  const { reports, catalog, count } = given;
  const file = evidenceFile(reports, suite.id).slice(world.cwd.length + 1);
  const say = (outcome: GateFinding["outcome"], reason: string, run: string | null = null): GateFinding => ({
    ...EMPTY_FINDING,
    route: suite.id,
    about: "audit",
    outcome,
    reason,
    run,
    file,
    line: 1,
  });
  const checked = await checkEvidence(suite, { root: world.cwd, reports, catalog });
  if (checked.state === "refused") return say("reject", checked.reason);
  const { run } = checked;
  const { manifest } = run;
  if (manifest.source !== "live")
    return say(
      "inconclusive",
      `The answers of run ${manifest.runId} are ${manifest.source}: nobody can be asked again.`,
    );
  const keys = readKeys(world);
  const ids = manifest.candidates.map(({ id }) => id);
  const asked = ids.filter((id) => {
    const model = catalog.models.find((each) => each.id === id.split("#")[0]);
    return model !== undefined && keys.of(model, catalog) !== undefined;
  });
  if (asked.length < 2) {
    const remedy = `Put the keys of at least two of ${ids.join(", ")} into .env or the environment.`;
    throw new UserError({ where: "--audit", what: `The models of "${suite.id}" cannot be asked.`, remedy });
  }
  const drawn = drawnCases(run, count, hashOf(world.clock.now()));
  const again = await askAgain(world, suite.id, {
    options: { models: asked, incumbent: asked.slice(0, 1), seed: "1", repeats: 1, catalog: given.catalogFile },
    drawn,
    directory: join(reports, ".audit", manifest.runId),
  });
  const pairs = differencesOf(run, again, asked);
  const differing = pairs.filter(({ by }) => by > ANOTHER);
  const list = differing.map(({ model, id }) => `${model} on ${id}`).join(", ");
  const seen = `${pairs.length} answers to ${drawn.size} cases of run ${manifest.runId} were asked for again; ${differing.length} came out otherwise${list === "" ? "" : ` (${list})`}.`;
  if (pairs.length === 0)
    return say("inconclusive", "None of the answers asked for again could be compared.", manifest.runId);
  const least = exactLowerBound(differing.length, pairs.length, LEVEL);
  return least > DIFFERING_BY_CHANCE
    ? say("reject", `${seen} That is more than chance allows: the evidence does not come out again.`, manifest.runId)
    : say("pass", seen, manifest.runId);
}

function drawnCases({ cases }: Run, count: number, seed: string): ReadonlySet<string> {
  const random = seededRandom(seed)("audit");
  const left = [...cases.values().map(({ id }) => id)];
  const drawn = new Set<string>();
  while (drawn.size < Math.min(count, cases.length)) {
    const [id = ""] = left.splice(Math.floor(random() * left.length), 1);
    drawn.add(id);
  }
  return drawn;
}

async function askAgain(
  world: World,
  suite: string,
  given: { readonly options: RunOptions; readonly drawn: ReadonlySet<string>; readonly directory: string },
): Promise<Run> {
  const { options, drawn, directory } = given;
  const whole = await prepare(world, suite, options);
  const places = [...whole.cases.facts.entries().flatMap(([index, { id }]) => (drawn.has(id) ? [index] : []))];
  const prepared = {
    ...whole,
    cases: whole.cases.pick(places),
    manifest: { ...whole.manifest, order: places.map((index) => whole.cases.facts.at(index)?.id ?? "") },
    planned: new Map(whole.candidates.map(({ id }) => [id, places.length])),
    trials: () => [...whole.trials()].filter(({ item }) => drawn.has(item.id)),
  };
  try {
    return (
      await execute(prepared, await equip(prepared, world, options), world, { quiet: true, directory, fresh: true })
    ).assembly.run;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function differencesOf(run: Run, again: Run, models: readonly string[]): { model: string; id: string; by: number }[] {
  const placeOf = ({ manifest }: Run, model: string) => manifest.candidates.findIndex(({ id }) => id === model);
  return [...again.cases.entries()].flatMap(([index, { id }]) =>
    models.flatMap((model) => {
      const [then] = run.trials.of(
        placeOf(run, model),
        [...run.cases.values()].findIndex((each) => each.id === id),
      );
      const [now] = again.trials.of(placeOf(again, model), index);
      if (then?.quality == null || now?.quality == null) return [];
      return [{ model, id, by: Math.abs(then.quality - now.quality) }];
    }),
  );
}
