import { join } from "node:path";
import { z } from "zod";
import type { Case } from "../../domain/case.ts";
import { hasSay } from "../../domain/quality.ts";
import { ExitCode, UserError } from "../../errors.ts";
import { count, percent, plural } from "../../report/numbers.ts";
import { readDataset } from "../../suite/dataset.ts";
import { loadSuite, suiteNames } from "../../suite/project.ts";
import { compilePrompt } from "../../suite/render.ts";
import { openAnswerBook } from "../answer-book.ts";
import { createScoringFor } from "../scoring.ts";
import type { World } from "../world.ts";
import { checkAnswers } from "./answers.ts";
import { NearDuplicates } from "./near-duplicates.ts";

/** What a dataset turned out to be. */
interface Findings {
  cases: number;
  readonly faults: string[];
  /** How often each value of each tag stands in it. */
  readonly tags: Map<string, Map<string, number>>;
  readonly labels: Map<string, number>;
}

const LEAST_SHARE_OF_COMPLEXITY = 0.3;
/** The rarest label may be so many times rarer than the commonest of its task. */
const MOST_IMBALANCE = 3;
const MOST_VALUES_SHOWN = 8;

/** `datasets`: proves every dataset, or one suite's. Exit 0 when nothing is wrong, else 2. Cases are streamed. */
export async function checkDatasets(world: World, only: string | undefined, json: boolean): Promise<number> {
  const names = only === undefined ? suiteNames(world.cwd) : [only];
  const results: { suite: string; cases: number; faults: readonly string[] }[] = [];
  for (const name of names) {
    const findings = await checkSuite(world, name).catch((error: unknown) => {
      // The others are still worth a look; whoever named this one wants the error itself.
      if (only !== undefined || !(error instanceof UserError)) throw error;
      const { where, what, remedy } = error.complaint;
      return { ...nothing(), faults: [`${where === undefined ? "" : `${where}: `}${what} ${remedy}`] };
    });
    results.push({ suite: name, cases: findings.cases, faults: findings.faults });
    if (!json) world.stdout(summaryOf(name, findings));
  }
  if (json) world.stdout(`${JSON.stringify(results, null, 2)}\n`);
  return results.every(({ faults }) => faults.length === 0) ? ExitCode.done : ExitCode.usage;
}

function nothing(): Findings {
  return { cases: 0, faults: [], tags: new Map(), labels: new Map() };
}

async function checkSuite(world: World, name: string): Promise<Findings> {
  const { suite, file } = await loadSuite(world.cwd, name);
  const book = suite.answers === undefined ? undefined : openAnswerBook(world.cwd, suite.answers);
  const answered = new Set<string>();
  const renderers = Object.values(suite.prompts).map((prompt) => compilePrompt(prompt, suite.data, file));
  const scoring = await createScoringFor(suite, file, world.cwd);
  const scorers = scoring.scorers.filter(
    (scorer) => hasSay(scorer) && scorer.certainty !== "judge" && scorer.paid !== true,
  );
  const inputs = new NearDuplicates();
  const findings = nothing();
  try {
    for (const { item, where } of readDataset(join(world.cwd, suite.dataset), suite.dataset)) {
      const fault = (text: string) => findings.faults.push(`${where}: case "${item.id}": ${text}`);
      findings.cases += 1;
      tally(findings, item);
      const twin = inputs.add(item.id, textForComparison(item));
      if (twin !== undefined) fault(`is nearly the same as "${twin}"`);
      const refusals = scorers.flatMap((scorer) => scorer.refuses(item) ?? []);
      for (const refusal of new Set(refusals)) fault(refusal);
      const prompts = renderers.map((render) =>
        render(item)
          .map(({ content }) => content)
          .join("\n"),
      );
      for (const leak of leaksOf(item, prompts)) fault(leak);
      const entry = book?.get(item.id);
      if (book !== undefined && entry === undefined) fault(`has no entry in ${suite.answers}`);
      // A target that does not fit its rules says nothing about answers.
      const checked = entry !== undefined && refusals.length === 0 ? await checkAnswers(item, entry, scorers) : [];
      for (const text of checked) fault(text);
      answered.add(item.id);
    }
  } finally {
    await scoring.close();
    book?.close();
  }
  for (const id of book?.ids() ?? []) {
    if (!answered.has(id)) findings.faults.push(`${suite.answers}: "${id}" answers no case`);
  }
  findings.faults.push(...balanceFaults(findings, suite.dataset));
  return findings;
}

// Cases of one cluster share their sources by design: their questions are what must differ.
function textForComparison(item: Case): string {
  return item.clusterId === undefined ? textOf(item) : questionOf(item);
}

function questionOf({ input }: Case): string {
  return typeof input === "string" ? input : input.map(({ content }) => content).join(" ");
}

function textOf(item: Case): string {
  return `${questionOf(item)} ${JSON.stringify(item.vars)}`;
}

/** Shorter texts stand in a prompt by accident. */
const LONG_ENOUGH_TO_LEAK = { point: 40, test: 12 } as const;

// A target of another kind has no such secrets; one that does not fit its rules is a fault that these name.
const Secrets = z
  .looseObject({
    keyPoints: z.array(z.looseObject({ text: z.string() })).catch([]),
    tests: z.array(z.looseObject({ run: z.string() })).catch([]),
    label: z.string().optional().catch(undefined),
  })
  .catch({ keyPoints: [], tests: [], label: undefined });

/** What a scorer reads and a prompt shows all the same: hidden tests, texts of key points, the label said to be the answer. */
function leaksOf(item: Case, prompts: readonly string[]): string[] {
  const { keyPoints, tests, label } = Secrets.parse(item.target);
  const points = keyPoints.map(({ text }) => ({ what: "a key point", text }));
  const hidden = tests.map(({ run }) => ({
    what: "a hidden test",
    text: run.replace(/^return /, "").replace(/;$/, ""),
  }));
  const secrets = [
    ...points.filter(({ text }) => text.length >= LONG_ENOUGH_TO_LEAK.point),
    ...hidden.filter(({ text }) => text.length >= LONG_ENOUGH_TO_LEAK.test),
  ];
  const shown = secrets.filter(({ text }) => prompts.some((prompt) => prompt.includes(text)));
  if (label !== undefined && saysLabel(textOf(item), label)) shown.push({ what: "the label", text: label });
  // A bug report quotes the test that fails: that one is meant to be seen.
  const allowed = item.tags.domain === "bugfix" ? tests.length / 4 : 0;
  return shown.length <= allowed ? [] : shown.map(({ what, text }) => `the prompt shows ${what}: ${text.slice(0, 80)}`);
}

// The list of labels in a prompt names them all; the case itself must not say which is right.
function saysLabel(asked: string, label: string): boolean {
  const escaped = label.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/[-_ ]/g, "[-_ ]");
  return new RegExp(
    `\\b(?:label|answer|class|category|solution)\\b\\W{0,3}(?:(?:is|was)\\b)?\\W{0,3}${escaped}\\b`,
    "i",
  ).test(asked);
}

function tally(findings: Findings, { tags, target }: Case): void {
  for (const [tag, value] of Object.entries(tags)) {
    const values = findings.tags.get(tag) ?? new Map<string, number>();
    findings.tags.set(tag, values.set(value, (values.get(value) ?? 0) + 1));
  }
  const label = (target as { label?: unknown } | undefined)?.label;
  if (typeof label !== "string") return;
  const key = `${tags.task ?? ""}/${label}`;
  findings.labels.set(key, (findings.labels.get(key) ?? 0) + 1);
}

function balanceFaults({ cases, tags, labels }: Findings, dataset: string): string[] {
  const faults: string[] = [];
  for (const complexity of ["simple", "complex"]) {
    const values = tags.get("complexity");
    // Whoever does not part cases by complexity has nothing to balance.
    if (values === undefined) break;
    const share = (values.get(complexity) ?? 0) / Math.max(1, cases);
    if (share < LEAST_SHARE_OF_COMPLEXITY)
      faults.push(`${dataset}: only ${percent(share)} of the cases are ${complexity}`);
  }
  const byTask = Map.groupBy(labels, ([key]) => key.split("/")[0] ?? "");
  for (const [task, entries] of byTask) {
    const counts = entries.map(([, times]) => times);
    if (Math.max(...counts) > MOST_IMBALANCE * Math.min(...counts)) {
      faults.push(
        `${dataset}: labels of "${task}" are out of balance: ${Math.min(...counts)} to ${Math.max(...counts)} cases`,
      );
    }
  }
  return faults;
}

function summaryOf(name: string, { cases, faults, tags }: Findings): string {
  const shown = [...tags]
    .filter(([, values]) => values.size <= MOST_VALUES_SHOWN)
    .map(([tag, values]) => `${tag} ${[...values].map(([value, times]) => `${value} ${count(times)}`).join(", ")}`);
  return [
    `${name}: ${plural(cases, "case")}, ${plural(faults.length, "fault")}`,
    ...shown.map((line) => `  ${line}`),
    ...faults.map((fault) => `  ${fault}`),
    "",
  ].join("\n");
}
