import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { judgedPairs } from "../compare/label-pairs.ts";
import type { LabelLine, PairLabel, Vote } from "../domain/label.ts";
import { messageOf, UserError } from "../errors.ts";
import { describeIssues, suggest } from "../suite/complain.ts";
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
const Name = z.string().trim().min(1);
const Row = z.strictObject({
  case: Name,
  first: Name,
  second: Name,
  winner: z.enum(WINNERS),
  who: Name,
  reason: z.string().optional(),
  at: z.union([z.iso.datetime(), z.literal("")]).optional(),
});
type Row = z.infer<typeof Row>;

/** What an import adds, and what became of the votes of the file. */
export interface Imported {
  readonly lines: readonly LabelLine[];
  readonly added: number;
  /** There already, by the same person on the same answers. */
  readonly known: number;
  /** Of these, said otherwise now, or vouched for as drawn at random: the earlier vote is taken back. */
  readonly replaced: number;
  /** On other models of the run than the two that are imported. */
  readonly elsewhere: ReadonlyMap<string, number>;
}

/**
 * Reads votes from CSV (with a header) or JSONL and ties them to the answers of a run.
 * @throws UserError with the line of a vote that fits no answer, or that contradicts another of the file; then nothing is taken
 */
export function importLabels(
  world: World,
  opened: LabelRun,
  { path, drawnAtRandom }: { readonly path: string; readonly drawnAtRandom: boolean },
): Imported {
  const all = readRows(resolve(world.cwd, path), path);
  const elsewhere = new Map<string, number>();
  const rows = all.filter(({ row, where }) => {
    const other = otherModel(opened, row, where);
    if (other !== undefined) elsewhere.set(other, (elsewhere.get(other) ?? 0) + 1);
    return other === undefined;
  });
  const voteKey = ({ who, case: caseId, left, right }: PairLabel) =>
    JSON.stringify([who, caseId, [left, right].sort()]);
  const there = new Map(opened.labels.flatMap((label) => (label.kind === "pair" ? [[voteKey(label), label]] : [])));
  const inFile = new Map<string, { readonly label: PairLabel; readonly where: string }>();
  const drawnAs = drawnAtRandom ? chances(opened, new Set(rows.map(({ row }) => row.case))) : undefined;
  const counts = { added: 0, known: 0, replaced: 0 };
  const lines = rows.flatMap(({ row, where }): LabelLine[] => {
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
    const key = voteKey(label);
    const before = inFile.get(key);
    if (before !== undefined) {
      if (winnerOf(before.label) === winnerOf(label)) return [];
      const what = `${row.who} votes twice on case "${row.case}", and otherwise than at ${before.where}.`;
      throw new UserError({ where, what, remedy: "Delete one of the two lines." });
    }
    inFile.set(key, { label, where });
    const known = there.get(key);
    if (known === undefined) {
      counts.added += 1;
      return [label];
    }
    if (winnerOf(known) === winnerOf(label) && (known.drawn !== null || label.drawn === null)) {
      counts.known += 1;
      return [];
    }
    counts.replaced += 1;
    return [{ kind: "undo", of: known.id, who: row.who, at: new Date(world.clock.now()).toISOString() }, label];
  });
  return { ...counts, lines, elsewhere };
}

/** The answer that a vote is for, or that it is for neither. */
function winnerOf({ left, right, vote }: PairLabel): string {
  return vote === "left" ? left : vote === "right" ? right : vote;
}

/** The model of a vote that is of the run, but not one of the two that are imported. @throws UserError for any other */
function otherModel({ run, incumbent, candidate }: LabelRun, row: Row, where: string): string | undefined {
  const ids = run.manifest.candidates.map(({ id }) => id);
  for (const model of [row.first, row.second]) {
    if (ids.includes(model)) continue;
    throw new UserError({ where, what: `The run has no model "${model}".`, remedy: suggest(model, ids) });
  }
  if (row.first === row.second) {
    throw new UserError({ where, what: `"${row.first}" is compared with itself.`, remedy: "Mend the line." });
  }
  return [row.first, row.second].find((model) => model !== incumbent && model !== candidate);
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
  { answers, incumbent }: LabelRun,
  { model, row, where }: { model: string; row: Row; where: string },
): string {
  const of = model === incumbent ? answers.incumbent : answers.candidate;
  const outcome = of.get(row.case)?.trial.outcome;
  if (outcome?.state === "completed") return outcome.completion.text;
  const what = `${model} has no answer to case "${row.case}" in the run.`;
  throw new UserError({ where, what, remedy: "Delete the line, or name another --run." });
}

function readRows(file: string, path: string): { row: Row; where: string }[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new UserError({ where: path, what: "The file cannot be read.", remedy: "Check the path." });
  }
  if (!isUtf8(bytes)) {
    throw new UserError({ where: path, what: "The file is not UTF-8 text.", remedy: "Save it as UTF-8." });
  }
  const text = bytes.toString("utf8").replace(/^\ufeff/, "");
  const values = path.toLowerCase().endsWith(".csv") ? csvRows(text, path) : jsonRows(text, path);
  if (values.length === 0) throw new UserError({ where: path, what: "The file holds no vote.", remedy: REMEDY });
  return values.map(({ value, where }) => {
    const parsed = Row.safeParse(value);
    if (parsed.success) return { row: parsed.data, where };
    throw new UserError({ where, what: `Not a vote: ${describeIssues(parsed.error).text}`, remedy: REMEDY });
  });
}

function csvRows(text: string, path: string): { value: unknown; where: string }[] {
  const Records = z.array(z.object({ record: z.unknown(), info: z.object({ lines: z.number() }) }));
  try {
    // A spreadsheet of a country with decimal commas parts columns by semicolons.
    const [header = ""] = text.split("\n", 1);
    const delimiter = header.includes(",") ? "," : (/[;\t]/.exec(header)?.[0] ?? ",");
    const records: unknown = parse(text, { columns: true, trim: true, skip_empty_lines: true, info: true, delimiter });
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
