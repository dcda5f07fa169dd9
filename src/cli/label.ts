import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ExitCode, UserError } from "../errors.ts";
import { count, plural } from "../report/numbers.ts";
import { rubricHash } from "../scorers/judge.ts";
import { parseRubric } from "../scorers/rubric.ts";
import { loadSuite } from "../suite/project.ts";
import { detailOf } from "./details.ts";
import { readKeys } from "./keys.ts";
import { type Imported, importLabels } from "./label-import.ts";
import { type LabelItem, labelQueue, singleItems } from "./label-queue.ts";
import { type LabelRun, type LabelRunOptions, openLabelRun } from "./label-run.ts";
import { startLabelServer } from "./label-server.ts";
import { createLabelSession, type LabelRubric } from "./label-session.ts";
import { appendLabels, labelsFile, readLabels } from "./label-store.ts";
import type { World } from "./world.ts";

export interface LabelOptions extends LabelRunOptions {
  readonly who?: string;
  readonly count: number;
  readonly port: number;
  readonly rubric?: boolean;
  readonly import?: string;
  readonly drawnAtRandom?: boolean;
}

/** `label`: asks people about the answers of a saved run, or takes their votes from a file. Returns the exit code. */
export async function runLabel(world: World, name: string, options: LabelOptions): Promise<number> {
  const opened = await openLabelRun(world, name, options);
  const file = labelsFile(world.cwd, opened.run.manifest.suite.id);
  const shown = relative(world.cwd, file);
  if (options.import !== undefined) {
    const drawnAtRandom = options.drawnAtRandom === true;
    const imported = importLabels(world, opened, { path: options.import, drawnAtRandom });
    appendLabels(file, imported.lines, readKeys(world).scrub);
    world.stdout(importedText(imported, shown, `npm run label ${name} -- --import ${options.import} --candidate`));
    return ExitCode.done;
  }
  const who = (options.who ?? world.env.USER ?? world.env.USERNAME ?? "").trim();
  if (who === "")
    throw new UserError({ where: "--who", what: "Nobody is named.", remedy: "Say who votes: --who anna" });
  const pairs = labelQueue(opened, options.count);
  const rubric = options.rubric === true ? await rubricOf(world, name) : undefined;
  const queue = rubric === undefined ? pairs : singleItems(pairs);
  if (queue.length === 0) {
    const what = "No two answers of the run differ, so there is nothing to vote on.";
    throw new UserError({ what, remedy: "Name another --candidate or --run." });
  }
  const { scrub } = readKeys(world);
  const session = createLabelSession({
    queue,
    details: detailsOf(opened, queue),
    rubric,
    who,
    clock: world.clock,
    labels: () => readLabels(file),
    append: (line) => appendLabels(file, [line], scrub),
  });
  const before = session.view().progress;
  const server = await startLabelServer(session, options.port);
  const what = rubric === undefined ? plural(queue.length, "pair") : plural(queue.length, "answer");
  world.stderr(
    `${what} of run ${opened.run.manifest.runId} to vote on as ${who}, ${count(before.left)} left. Votes go to ${shown} as they are made.\nOpen ${server.url}\nStop with Ctrl-C; the same command goes on.\n`,
  );
  await new Promise<void>((stop) => {
    const stopListening = world.onInterrupt(() => {
      stopListening();
      stop();
    });
  });
  await server.close();
  const { mine, left } = session.view().progress;
  world.stdout(
    `${plural(mine - before.mine, "vote")} more, ${count(left)} left. What they say of the judge: npm run judge-report ${name}\n`,
  );
  return ExitCode.done;
}

function importedText({ added, known, replaced, elsewhere }: Imported, file: string, command: string): string {
  const facts = [
    `${plural(added, "label")} added to ${file}`,
    ...(replaced === 0 ? [] : [`${count(replaced)} in place of earlier ones by the same person`]),
    ...(known === 0 ? [] : [`${count(known)} were there already`]),
  ];
  const others = [...elsewhere].map(
    ([model, votes]) => `${plural(votes, "vote")} on another model, not taken: ${command} ${model}\n`,
  );
  return `${facts.join("; ")}.\n${others.join("")}`;
}

async function rubricOf(world: World, name: string): Promise<LabelRubric> {
  const { suite, file } = await loadSuite(world.cwd, name);
  const path = suite.scorers.find(({ rule }) => rule === "judge")?.options.rubric;
  if (typeof path !== "string") {
    const what = `The suite "${suite.id}" has no judge with a rubric of criteria.`;
    throw new UserError({ where: file, what, remedy: "Leave out --rubric and compare pairs." });
  }
  const text = readFileSync(join(world.cwd, path), "utf8");
  return { hash: rubricHash(text), criteria: parseRubric(text, path).criteria.map(({ id, ask }) => ({ id, ask })) };
}

function detailsOf({ cases }: LabelRun, queue: readonly LabelItem[]) {
  const wanted = new Set(queue.map(({ caseId }) => caseId));
  const items = [...wanted].map((id) => cases.get(id)).filter((item) => item !== undefined);
  return new Map(items.map((item) => [item.id, detailOf(item, [])]));
}
