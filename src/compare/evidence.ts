import { hash } from "node:crypto";
import {
  type Attestation,
  type Evidence,
  type EvidenceCase,
  type EvidenceModel,
  EvidenceSchema,
  type Numbers,
} from "../domain/evidence.ts";
import type { EvidencePeople, PairAddress, PeopleFacts } from "../domain/label.ts";
import type { Run, TrialNumbers } from "../domain/run.ts";
import { TrialTable } from "../domain/trial-table.ts";
import { judgedPairs } from "./label-pairs.ts";

/** What a run's numbers do not say of its models: by candidate id. */
export type ModelFacts = ReadonlyMap<string, Omit<EvidenceModel, "id" | "asked" | "answers">>;

const LINK_DIGITS = 8;

/** sha256 of a value, as hex. The order of an object's keys does not matter. */
export function hashOf(value: unknown): string {
  const text = JSON.stringify(value, (_key, held: unknown) => {
    if (typeof held !== "object" || held === null || Array.isArray(held)) return held;
    return Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return hash("sha256", text);
}

/** The same of a list in which no object stands: nothing has to be put in order. */
function hashOfList(list: readonly unknown[]): string {
  return hash("sha256", JSON.stringify(list));
}

/** Makes the evidence of a run: its numbers, chained and sealed. Not attested yet. */
export function evidenceOf(
  run: Run,
  facts: {
    readonly models: ModelFacts;
    readonly hashes: Evidence["hashes"];
    /** When the oldest answer of an earlier run was asked for; null, or left out, where there is none. */
    readonly cachedSince?: string | null;
  },
): Evidence {
  const { order: _, skipped: __, ...manifest } = run.manifest;
  const cells: Numbers[][][] = [...run.cases.keys()].map(() =>
    manifest.candidates.map(() => new Array<Numbers>(manifest.repeats).fill(null)),
  );
  for (const trial of run.trials) {
    const cell = cells[trial.caseIndex]?.[trial.candidateIndex];
    if (cell !== undefined) cell[trial.repeat] = numbersOf(trial);
  }
  let link = "";
  const tagged = new Map<string, number>();
  const cases = [...run.cases.entries()].map(([index, { id, tags, clusterId }]): EvidenceCase => {
    const text = JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
    const place = tagged.get(text) ?? tagged.size;
    tagged.set(text, place);
    const row: EvidenceCase = [id, place, clusterId ?? null, link, cells[index] ?? []];
    link = linkOf(link, ownHash(row));
    row[3] = link;
    return row;
  });
  const models = manifest.candidates.map(({ id, model }, column): EvidenceModel => {
    const known = facts.models.get(id);
    if (known === undefined) throw new Error(`nothing is known of ${id}`);
    return { id, asked: model.model, ...known, answers: answersHash(id, cases, column) };
  });
  const tags = [...tagged.keys()].map((text) => Object.fromEntries(JSON.parse(text) as [string, string][]));
  const people = peopleOf(run);
  const evidence: Evidence = {
    version: 1,
    manifest,
    oldestAnswerAt: facts.cachedSince ?? manifest.startedAt,
    hashes: facts.hashes,
    models,
    seal: "",
    attestation: null,
    tags,
    cases,
    ...(people === undefined ? {} : { people }),
  };
  return { ...evidence, seal: sealOf(evidence) };
}

/** The run that evidence was made from, without what no verdict needs. */
export function runOf({ manifest, tags, cases, people }: Evidence): Run {
  const { candidates, repeats, scorers } = manifest;
  const shape = { cases: cases.length, candidates: candidates.length, repeats, scorers: scorers.length };
  const trials = new TrialTable(shape);
  for (const [caseIndex, [, , , , models]] of cases.entries()) {
    for (const [candidateIndex, ofModel] of models.entries()) {
      for (const [repeat, numbers] of ofModel.entries()) {
        if (numbers !== null) trials.set(trialOf(numbers, { caseIndex, candidateIndex, repeat }));
      }
    }
  }
  return {
    manifest: { ...manifest, order: cases.map(([id]) => id), skipped: [] },
    cases: cases.map(([id, place, cluster]) => ({ id, tags: tags[place] ?? {}, clusterId: cluster ?? undefined })),
    trials,
    ...(people === undefined ? {} : { people: peopleFrom(people) }),
  };
}

// Of the comparisons that people looked at: what evidence does not hold by itself.
function peopleOf(run: Run): EvidencePeople | undefined {
  const { people } = run;
  if (people === undefined || people.pairs.length === 0) return undefined;
  const asked = new Map(people.pairs.map((pair) => [`${pair.incumbentIndex} ${pair.candidateIndex}`, pair]));
  const address = ({ caseIndex, incumbentIndex, candidateIndex }: PairAddress): EvidencePeople["same"][number] => [
    caseIndex,
    incumbentIndex,
    candidateIndex,
  ];
  const every = [...run.cases.keys()];
  return {
    pairs: people.pairs.map((pair) => [address(pair), [...pair.votes], pair.drawn]),
    same: people.same.filter((pair) => asked.has(`${pair.incumbentIndex} ${pair.candidateIndex}`)).map(address),
    disagreements: [...asked.values()].flatMap((pair) =>
      judgedPairs(run, { ...pair, caseIndices: every, margin: 0 })
        .filter(({ stratum }) => stratum === "disagreement")
        .map(({ caseIndex }) => address({ ...pair, caseIndex })),
    ),
    swap: people.swap,
  };
}

function peopleFrom({ pairs, same, disagreements, swap }: EvidencePeople): PeopleFacts {
  const address = ([caseIndex, incumbentIndex, candidateIndex]: EvidencePeople["same"][number]): PairAddress => ({
    caseIndex,
    incumbentIndex,
    candidateIndex,
  });
  return {
    pairs: pairs.map(([at, votes, drawn]) => ({ ...address(at), votes, said: [], drawn })),
    same: same.map(address),
    disagreements: disagreements.map(address),
    swap,
  };
}

function numbersOf(trial: TrialNumbers): Numbers {
  const { quality, costUsd, latencyMs, inputTokens, reasoningTokens } = trial;
  const fate =
    trial.state !== "completed"
      ? `${trial.state}: ${trial.reason ?? ""}`
      : quality === null
        ? `${trial.capped ? "cut, " : ""}unscored: ${trial.reason ?? ""}`
        : trial.capped
          ? "cut"
          : undefined;
  const source = trial.from === null ? undefined : `from ${trial.from}`;
  const note = source === undefined ? fate : [source, ...(fate === undefined ? [] : [fate])].join("; ");
  if (note !== undefined) return [quality, costUsd, latencyMs, inputTokens, reasoningTokens, note];
  if (reasoningTokens !== null) return [quality, costUsd, latencyMs, inputTokens, reasoningTokens];
  return [quality, costUsd, latencyMs, inputTokens];
}

function trialOf(
  [quality, costUsd, latencyMs, inputTokens, reasoningTokens = null, notes = ""]: NonNullable<Numbers>,
  at: Pick<TrialNumbers, "caseIndex" | "candidateIndex" | "repeat">,
): TrialNumbers {
  const [, from, note = ""] = /^(?:from (\S+?)(?:; |$))?(.*)$/s.exec(notes) ?? [];
  const [, kind, reason] = /^(failed|missing|(?:cut, )?unscored): (.*)$/s.exec(note) ?? [];
  return {
    ...at,
    state: kind === "failed" || kind === "missing" ? kind : "completed",
    reason: reason ?? null,
    quality,
    values: [],
    costUsd,
    latencyMs,
    inputTokens,
    visibleTokens: null,
    reasoningTokens,
    capped: note.startsWith("cut"),
    from: from ?? null,
  };
}

// Of itself, then of itself after the row before it: a changed row, a lost one and a moved one can be told apart.
function linkOf(before: string, own: string): string {
  return own + hashOfList([before, own]).slice(0, LINK_DIGITS);
}

function ownHash([id, place, cluster, , models]: EvidenceCase): string {
  return hashOfList([id, place, cluster, models]).slice(0, LINK_DIGITS);
}

function answersHash(id: string, cases: readonly EvidenceCase[], column: number): string {
  return hashOfList([id, cases.map(([caseId, , , , models]) => [caseId, models[column]])]);
}

function sealOf({ seal: _, attestation: __, cases, ...rest }: Evidence): string {
  return hashOf([rest, cases.length, cases.at(-1)?.[3] ?? ""]);
}

/** What is wrong with evidence by itself, as a sentence; undefined where its hashes hold together. Of an author who makes all of them anew they show nothing. */
export function brokenChain(evidence: Evidence): string | undefined {
  const { cases, manifest, models } = evidence;
  let before = "";
  for (const row of cases) {
    const [id, , , link, columns] = row;
    if (columns.length !== models.length || columns.some((repeats) => repeats.length !== manifest.repeats))
      return `Case "${id}" has not the answers of ${models.length} models.`;
    const own = ownHash(row);
    if (!link.startsWith(own)) return `The numbers of case "${id}" are not those that were saved.`;
    if (link !== linkOf(before, own)) {
      const moved = ["", ...cases.map((each) => each[3])].some((other) => link === linkOf(other, own));
      return moved
        ? `Case "${id}" does not follow the one before it: cases were moved or taken out.`
        : `Cases are missing before "${id}".`;
    }
    before = link;
  }
  if (cases.length !== manifest.plannedN) {
    return `It holds ${cases.length} cases of the ${manifest.plannedN} that were run: it is cut short.`;
  }
  const ids = manifest.candidates.map(({ id }) => id);
  for (const [column, { id, answers }] of models.entries()) {
    if (ids[column] === id && answers === answersHash(id, cases, column)) continue;
    return `The answers that stand under "${id}" are not its own: names were exchanged.`;
  }
  return evidence.seal === sealOf(evidence) ? undefined : "What it says about the run was changed after it was saved.";
}

/**
 * When the oldest answer was asked for, in milliseconds since the epoch; NaN where nobody can tell. An answer of an earlier run
 * in a file that does not state it is as old as that run, which its id says.
 */
export function askedSince({ manifest, oldestAnswerAt, cases }: Evidence): number {
  if (oldestAnswerAt !== undefined) return Math.min(Date.parse(manifest.startedAt), Date.parse(oldestAnswerAt));
  const runs = new Set<string>();
  for (const [, , , , models] of cases) {
    for (const numbers of models.flat()) {
      const run = /^from (\S+?)(?:; |$)/.exec(numbers?.[5] ?? "")?.[1];
      if (run !== undefined) runs.add(run);
    }
  }
  return Math.min(Date.parse(manifest.startedAt), ...[...runs].map(startOf));
}

function startOf(runId: string): number {
  const [, ...digits] = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-/.exec(runId) ?? [];
  const [year, month, day, hour, minute, second] = digits;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** The text that a CI run signs. */
export function attestedText(
  seal: string,
  { service, repository, runUrl, commit }: Omit<Attestation, "signature">,
): string {
  return JSON.stringify(["signalbox evidence 1", seal, service, repository, runUrl, commit]);
}

/** Evidence as a file: the facts in the order of the schema, then a line for each case. The same evidence gives the same bytes. */
export function renderEvidence(evidence: Evidence): string {
  const { cases, ...head } = EvidenceSchema.parse(evidence);
  const text = JSON.stringify(head, null, 2);
  const rows = cases.map((row) => JSON.stringify(row)).join(",\n");
  return `${text.slice(0, -2)},\n  "cases": [\n${rows}\n  ]\n}\n`;
}
