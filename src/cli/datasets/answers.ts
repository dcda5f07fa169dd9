import type { Case } from "../../domain/case.ts";
import type { Json } from "../../domain/json.ts";
import type { Completion, Score } from "../../domain/trial.ts";
import type { Scorer } from "../../ports.ts";
import type { AnswerEntry } from "../../providers/answer-book.ts";
import { numbersIn, readSynthesis, SynthesisTarget } from "../../scorers/synthesis.ts";
import { miscited } from "./carriage.ts";

/** An answer that a scorer must take for right, or for wrong. */
interface Probe {
  readonly what: string;
  readonly completion: Completion;
  readonly right: boolean;
}

const TWICE = 2;

/**
 * Holds a case's scorers against its answer book: every right answer scores 1, every wrong one 0, and a second time the
 * same. Cases of synthesis are held against their patterns. Returns the faults, in words.
 */
export async function checkAnswers(item: Case, entry: AnswerEntry, scorers: readonly Scorer[]): Promise<string[]> {
  if ("points" in entry) return checkSynthesis(item, entry);
  const faults: string[] = [];
  if ("reference" in entry) faults.push(...(await checkExamples(item, entry, scorers)));
  for (const probe of probesOf(item, entry)) {
    for (const scorer of scorers) {
      for (let time = 0; time < TWICE; time++) {
        const signal = new AbortController().signal;
        const score = await scorer.score({ case: item, completion: probe.completion, repeat: 0, signal });
        const fault = faultOf(score, probe.right);
        if (fault === undefined) continue;
        faults.push(`${scorer.name}: ${probe.what} ${fault}${time === 0 ? "" : " the second time"}`);
        break;
      }
    }
  }
  return faults;
}

/** Wrong solutions are plausible only where they pass what the prompt shows. */
async function checkExamples(item: Case, entry: CodeEntry, scorers: readonly Scorer[]): Promise<string[]> {
  const target = item.target as { examples: Json[] };
  if (target.examples.length === 0) return [];
  const shown: Case = { ...item, target: { ...target, tests: target.examples } };
  const faults: string[] = [];
  for (const { what, completion } of probesOf(item, entry)) {
    for (const scorer of scorers) {
      const signal = new AbortController().signal;
      const fault = faultOf(await scorer.score({ case: shown, completion, repeat: 0, signal }), true);
      if (fault !== undefined) faults.push(`${scorer.name}, over the examples: ${what} ${fault}`);
    }
  }
  return faults;
}

type CodeEntry = Extract<AnswerEntry, { reference: unknown }>;

function faultOf(score: Score, right: boolean): string | undefined {
  if (score.state === "unscored") return `is unscored: ${score.reason}`;
  if (score.value === (right ? 1 : 0)) return undefined;
  return `scores ${score.value}: ${score.explanation}`;
}

function probesOf(item: Case, entry: Exclude<AnswerEntry, { points: unknown }>): Probe[] {
  if ("confusions" in entry) {
    const { label } = item.target as { label: string };
    return [
      { what: "the label", completion: said(label), right: true },
      ...(entry.chatty === undefined
        ? []
        : [{ what: "the chatty reply", completion: said(entry.chatty), right: true }]),
      ...entry.confusions.map((wrong) => ({ what: `"${wrong}"`, completion: said(wrong), right: false })),
    ];
  }
  if ("reference" in entry) {
    const language = String(item.vars.language ?? "");
    const fenced = (code: string) => said(`\`\`\`${language}\n${code}\n\`\`\``);
    return [
      { what: "the reference", completion: fenced(entry.reference), right: true },
      ...entry.wrong.map(({ why, code }) => ({
        what: `the wrong solution "${why}"`,
        completion: fenced(code),
        right: false,
      })),
    ];
  }
  return [
    { what: "the right move", completion: called(entry.right), right: true },
    ...entry.wrong.map(({ why, calls }) => ({
      what: `the wrong move "${why}"`,
      completion: called(calls),
      right: false,
    })),
  ];
}

function said(text: string): Completion {
  return { text, toolCalls: [], finishReason: { unified: "stop", raw: "stop" }, usage: {}, servedModel: "" };
}

function called(calls: readonly { tool: string; arguments: Record<string, Json> }[]): Completion {
  const toolCalls = calls.map((call) => ({ name: call.tool, arguments: call.arguments }));
  return { ...said(""), toolCalls, finishReason: { unified: "tool-calls", raw: "tool_calls" } };
}

type SynthesisEntry = Extract<AnswerEntry, { points: unknown }>;

function checkSynthesis(item: Case, entry: SynthesisEntry): string[] {
  const target = SynthesisTarget.parse(item.target);
  const faults: string[] = [];
  const expectRead = (sentence: string, points: readonly string[], what: string) => {
    const read = readSynthesis(sentence, target);
    const stray = read.points.filter((id) => !points.includes(id));
    for (const id of points) if (!read.points.includes(id)) faults.push(`${id} is not found in ${what}: ${sentence}`);
    if (stray.length > 0) faults.push(`${stray.join(", ")} is found in ${what}: ${sentence}`);
    return read.claims;
  };
  for (const { id } of target.keyPoints) {
    const wordings = entry.points[id] ?? [];
    if (wordings.length === 0) faults.push(`${id} has no wording in the answer book`);
    for (const wording of wordings) {
      const claims = expectRead(wording, [id], `its own wording`);
      if (claims.length > 0) faults.push(`${claims.join(", ")} trips on a right sentence: ${wording}`);
    }
  }
  for (const sentence of entry.filler) {
    const claims = expectRead(sentence, [], "filler");
    if (claims.length > 0) faults.push(`${claims.join(", ")} trips on filler: ${sentence}`);
  }
  for (const sentence of entry.errors) {
    if (expectRead(sentence, [], "an error").length === 0)
      faults.push(`no forbidden claim trips on the error: ${sentence}`);
  }
  return [...faults, ...checkSources(item, target)];
}

function checkSources(item: Case, target: SynthesisTarget): string[] {
  const sources = item.vars.sources;
  if (!Array.isArray(sources)) return ["it has no sources"];
  const texts = new Map(
    sources.map((source) => {
      const { id, title, text } = source as { id: string; title: string; text: string };
      return [id, `${title} ${text}`];
    }),
  );
  const computed = target.figures.map(({ value }) => value);
  return target.keyPoints.flatMap((point) => {
    const unknown = point.sources.filter((id) => !texts.has(id));
    if (unknown.length > 0) return [`${point.id} names sources that do not exist: ${unknown.join(", ")}`];
    if (point.kind === "gap") return [];
    const carried = point.sources.flatMap((id) => numbersIn(texts.get(id) ?? "")).map(Number);
    const stray = numbersIn(point.text.replace(/\bS\d\b/g, ""))
      .map(Number)
      .filter((number) => !carried.includes(number) && !computed.includes(number));
    return [
      ...(stray.length === 0 ? [] : [`${point.id} has figures that no source of its carries: ${stray.join(", ")}`]),
      ...miscited(point, texts).map(
        ({ cited, better }) => `${point.id} cites ${cited}, but far more of its words stand in ${better}`,
      ),
    ];
  });
}
