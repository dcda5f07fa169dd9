import { isAbsolute, join } from "node:path";
import type { Catalog, Model } from "../domain/model.ts";
import { UserError } from "../errors.ts";
import { LineFile } from "../lines.ts";
import { type PromptIndex, type RecordedAnswer, RecordedAnswerSchema, Recording } from "../providers/replay.ts";
import type { Cases } from "../suite/cases.ts";
import { describeIssues } from "../suite/complain.ts";
import { parseJsonLine, readJsonLines } from "../suite/dataset.ts";

/**
 * Reads recorded answers through, and says where they stand.
 * @param prompts the inputs of all cases
 * @throws UserError with file and line for a line that is no recorded answer, an answer that stands twice, or none that fits.
 */
export function openRecording(root: string, file: string, cases: Cases, prompts: PromptIndex): Recording {
  const recording = new Recording();
  const path = isAbsolute(file) ? file : join(root, file);
  const lines = new LineFile(path);
  let foreign: string | undefined;
  for (const { value, where, at } of readJsonLines(path, file)) {
    const answer = parseAnswer(value, where);
    if (answer.case !== undefined && !cases.has(answer.case)) {
      recording.foreign += 1;
      foreign ??= `${where} names the case "${answer.case}", which the dataset does not have.`;
      continue;
    }
    const read = () => parseAnswer(parseJsonLine(lines.lineAt(at), where), where);
    const added = recording.add(answer, (prompt) => prompts.idOf(prompt), read);
    if (added === "unknown-prompt") {
      recording.foreign += 1;
      foreign ??= `${where} has a prompt that is no case's input (or several cases').`;
    }
    if (added === "repeated") {
      const remedy = 'Give repeats of one case "repeat": 0, 1, 2 and so on, or remove one.';
      throw new UserError({ where, what: "The answer of this model to this case stands twice.", remedy });
    }
  }
  if (recording.cases.size === 0) {
    const what = `No line is an answer to a case of the dataset. ${foreign ?? "The file is empty."}`;
    throw new UserError({ where: file, what, remedy: 'Use the ids of the dataset in "case".' });
  }
  return recording;
}

function parseAnswer(value: unknown, where: string): RecordedAnswer {
  const parsed = RecordedAnswerSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const remedy =
    "A line is {model, case or prompt, output, toolCalls?, usage?, costUsd?, latencyMs?, score?, repeat?}.";
  throw new UserError({ where, what: `Not a recorded answer: ${describeIssues(parsed.error).text}`, remedy });
}

const REPLAY = "replay";

/** The catalogue of a replay: the recorded models, with what the real catalogue knows of those it has. */
export function recordedCatalog(base: Catalog, recording: Recording): Catalog {
  const models = recording.models.map((name): Model => {
    const id = recordedModelId(name);
    const known = base.models.find((model) => model.id === id);
    const facts = known ?? { family: `recorded ${id}`, params: {}, accepts: [], price: "unknown" as const };
    // The suite's limit of tokens is taken to have held: what a longest answer costs rests on it.
    return { ...facts, id, provider: REPLAY, model: name, params: {}, accepts: ["maxTokens"] };
  });
  const judges = base.models.filter(({ id }) => base.judges.includes(id) && !models.some((model) => model.id === id));
  return {
    providers: { ...base.providers, [REPLAY]: { dialect: "replay", concurrency: 16 } },
    models: [...models, ...judges],
    judges: base.judges.filter((id) => judges.some((judge) => judge.id === id)),
    embedders: base.embedders,
  };
}

/** A recorded name as an id: what ids may not hold becomes a dash. */
export function recordedModelId(name: string): string {
  return name.replace(/[^\w./:-]+/g, "-").replace(/^[^A-Za-z0-9]+|-+$/g, "");
}
