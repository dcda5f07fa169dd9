import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { judgedPairs } from "../compare/label-pairs.ts";
import type { PairLabel, Vote } from "../domain/label.ts";
import { messageOf, UserError } from "../errors.ts";
import { describeIssues } from "../suite/complain.ts";
import { questionHash, seenHash } from "./label-hash.ts";
import type { LabelRun } from "./label-run.ts";
import type { World } from "./world.ts";

const WINNERS = ["first", "second", "tie", "both-bad"] as const;
const REMEDY =
  "Columns: case, first, second (models of the run), winner (first, second, tie or both-bad), who; and reason, at.";
const VOTES: Readonly<Record<(typeof WINNERS)[number], Vote>> = {
  first: "left",
  second: "right",
  tie: "tie",
  "both-bad": "both-bad",
};

/** A vote made elsewhere: models are named here, and nowhere after. */
const Row = z.object({
  case: z.string().min(1),
  first: z.string().min(1),
  second: z.string().min(1),
  winner: z.enum(WINNERS),
  who: z.string().min(1),
  reason: z.string().optional(),
  at: z.union([z.iso.datetime(), z.literal("")]).optional(),
});
type Row = z.infer<typeof Row>;

/**
 * Reads votes from CSV (with a header) or JSONL and ties them to the answers of a run. Votes that are there already, by
 * the same person on the same answers, are left out.
 * @throws UserError with the line of a vote that fits no answer; then nothing is taken
 */
export function importLabels(
  world: World,
  opened: LabelRun,
  { path, drawnAtRandom }: { readonly path: string; readonly drawnAtRandom: boolean },
): { readonly lines: PairLabel[]; readonly known: number } {
  const rows = readRows(resolve(world.cwd, path), path);
  const voteKey = ({ who, case: caseId, left, right }: PairLabel) =>
    JSON.stringify([who, caseId, [left, right].sort()]);
  const there = new Set(opened.labels.flatMap((label) => (label.kind === "pair" ? [voteKey(label)] : [])));
  const drawnAs = drawnAtRandom ? chances(opened, new Set(rows.map(({ row }) => row.case))) : undefined;
  let known = 0;
  const lines = rows.flatMap(({ row, where }) => {
    const item = opened.cases.get(row.case);
    if (item === undefined) {
      throw new UserError({
        where,
        what: `The run has no case "${row.case}".`,
        remedy: "Mend the line, or name another --run.",
      });
    }
    const [left, right] = [row.first, row.second].map((model) => seenHash(answerOf(opened, { model, row, where })));
    if (left === undefined || right === undefined) return [];
    const reason = row.reason?.trim() ? { reason: row.reason.trim() } : {};
    const label: PairLabel = {
      kind: "pair",
      id: randomUUID(),
      case: row.case,
      question: questionHash(item),
      who: row.who,
      at: row.at === undefined || row.at === "" ? new Date(world.clock.now()).toISOString() : row.at,
      ...reason,
      drawn: drawnAs?.get(row.case) ?? null,
      left,
      right,
      vote: VOTES[row.winner],
    };
    if (there.has(voteKey(label))) {
      known += 1;
      return [];
    }
    there.add(voteKey(label));
    return [label];
  });
  return { lines, known };
}

/** What the share of each stratum that was labelled says of its chance of being drawn. */
function chances({ numbers, question, cases }: LabelRun, labelled: ReadonlySet<string>) {
  const pairs = judgedPairs(numbers, question).map(({ caseIndex, stratum }) => ({
    id: cases.facts.at(caseIndex)?.id ?? "",
    stratum,
  }));
  const chance = new Map(
    [...Map.groupBy(pairs, ({ stratum }) => stratum)].map(([stratum, of]) => [
      stratum,
      of.filter(({ id }) => labelled.has(id)).length / of.length,
    ]),
  );
  return new Map(
    pairs
      .filter(({ id }) => labelled.has(id))
      .map(({ id, stratum }) => [id, { stratum, probability: chance.get(stratum) ?? 1 }]),
  );
}

function answerOf(
  { answers, incumbent, candidate }: LabelRun,
  { model, row, where }: { model: string; row: Row; where: string },
): string {
  const of = model === incumbent ? answers.incumbent : model === candidate ? answers.candidate : undefined;
  if (of === undefined || row.first === row.second) {
    const what = `"${row.first}" and "${row.second}" are not ${incumbent} and ${candidate}.`;
    throw new UserError({ where, what, remedy: "Name the other model of the run with --candidate." });
  }
  const outcome = of.get(row.case)?.trial.outcome;
  if (outcome?.state === "completed") return outcome.completion.text;
  const what = `${model} has no answer to case "${row.case}" in the run.`;
  throw new UserError({ where, what, remedy: "Delete the line, or name another --run." });
}

function readRows(file: string, path: string): { row: Row; where: string }[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8").replace(/^\ufeff/, "");
  } catch {
    throw new UserError({ where: path, what: "The file cannot be read.", remedy: "Check the path." });
  }
  const values = path.endsWith(".csv") ? csvRows(text, path) : jsonRows(text, path);
  return values.map(({ value, where }) => {
    const parsed = Row.safeParse(value);
    if (parsed.success) return { row: parsed.data, where };
    throw new UserError({ where, what: `Not a vote: ${describeIssues(parsed.error).text}`, remedy: REMEDY });
  });
}

function csvRows(text: string, path: string): { value: unknown; where: string }[] {
  const Records = z.array(z.object({ record: z.unknown(), info: z.object({ lines: z.number() }) }));
  try {
    const records: unknown = parse(text, { columns: true, trim: true, skip_empty_lines: true, info: true });
    return Records.parse(records).map(({ record, info }) => ({ value: record, where: `${path}:${info.lines}` }));
  } catch (error) {
    throw new UserError({ where: path, what: `Not CSV with a header: ${messageOf(error)}.`, remedy: REMEDY });
  }
}

function jsonRows(text: string, path: string): { value: unknown; where: string }[] {
  return text.split("\n").flatMap((line, at) => {
    if (line.trim() === "") return [];
    const where = `${path}:${at + 1}`;
    try {
      const value: unknown = JSON.parse(line);
      return [{ value, where }];
    } catch {
      throw new UserError({
        where,
        what: "The line is not JSON.",
        remedy: "Give one JSON object a line, or a file that ends in .csv.",
      });
    }
  });
}
