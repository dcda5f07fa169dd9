/**
 * `npm run bench:rules`: 100,000 answers through ten rules on one core, memory as it goes, and ROUGE-L on answers of
 * 2,000 words beside the package that others use.
 */
import { l } from "js-rouge";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { CaseSchema } from "../src/domain/case.ts";
import { SuiteSchema } from "../src/domain/suite.ts";
import type { Completion } from "../src/domain/trial.ts";
import type { Scorer } from "../src/ports.ts";
import { loadRules } from "../src/scorers/rules.ts";
import { buildScorers } from "../src/scorers/table.ts";

const ANSWERS = 100_000;
const CASES = 1_000;
const CANDIDATES = 4;
const SAMPLES = 5;
const WORDS = 120;
/** One answer in so many is long. */
const LONG_EVERY = 20;
const LONG_WORDS = 2_000;

const generator = xoroshiro128plus(20_261_122);
const below = (limit: number) => uniformInt(generator, 0, limit - 1);

/** Words as often as people use them: the commoner, the shorter. */
const VOCABULARY = Array.from({ length: 3_000 }, (_, rank) => word(rank));

function word(rank: number): string {
  let left = rank + 1;
  let text = "";
  for (; left > 0; left = Math.floor(left / 15)) text += "etaoinshrdlucmf"[left % 15];
  return text + "ea".slice(0, rank % 3);
}

function sentence(): string {
  const words = Array.from(
    { length: 8 + below(10) },
    () => VOCABULARY[Math.floor(3_000 ** (below(1_000) / 1_000)) - 1],
  );
  if (below(3) === 0) words[2] = `${below(900)},${100 + below(900)}`;
  return `${words.join(" ")}.`;
}

function text(words: number): string {
  const sentences: string[] = [];
  for (let count = 0; count < words; count += sentences.at(-1)?.split(" ").length ?? 1) sentences.push(sentence());
  return sentences.join(" ");
}

const SOURCES = [{ id: "S1", text: text(300) }];
const REFERENCE = text(LONG_WORDS);

const SUITE = SuiteSchema.parse({
  id: "bench",
  title: "Bench",
  dataset: "none",
  scale: "graded",
  scorers: [
    { name: "equals", rule: "equals" },
    { name: "number", rule: "number" },
    { name: "label", rule: "label", options: { labels: ["billing", "refund", "login", "outage"] } },
    { name: "contains", rule: "contains-all", options: { texts: ["refund", "30 days"] } },
    { name: "regex", rule: "not regex", options: { pattern: "\\b(?:sorry|apologi[sz]e)\\b", flags: "i" } },
    { name: "words", rule: "words", options: { max: 200 } },
    { name: "json", rule: "json-schema", options: { schema: { type: "object", required: ["id"] } } },
    { name: "figures", rule: "invented-figures" },
    { name: "rouge", rule: "rouge" },
    { name: "bleu", rule: "bleu" },
  ],
});

const services = { code: undefined, judges: [], readProjectFile: () => "" };
/** Each rule has a target of its own shape; a case has one target. */
const TARGETS: Readonly<Record<string, unknown>> = { equals: "Nobody knows.", number: 42, label: { label: "refund" } };
const scorers = buildScorers(SUITE, "bench/rules.ts", { services, rules: await loadRules(SUITE, "bench/rules.ts") });
const cases = new Map(
  SUITE.scorers.map(({ name }) => [
    name,
    Array.from({ length: CASES }, (_, index) => {
      const reference = TARGETS[name] ?? (index % LONG_EVERY === 0 ? REFERENCE : text(WORDS));
      return CaseSchema.parse({
        id: `c${index}`,
        input: "What happened?",
        vars: { sources: SOURCES },
        target: reference,
      });
    }),
  ]),
);

function completion(answer: string): Completion {
  return { text: answer, toolCalls: [], finishReason: { unified: "stop", raw: "stop" }, usage: {}, servedModel: "m" };
}

const signal = new AbortController().signal;
const spent = new Map<string, number>();

async function scoreOne(index: number, answer: string): Promise<void> {
  const given = completion(answer);
  for (const scorer of scorers) {
    const started = performance.now();
    // As a run does: case by case over the candidates.
    const item = cases.get(scorer.name)?.[Math.floor(index / CANDIDATES) % CASES];
    if (item === undefined) throw new Error(`no case for ${scorer.name}`);
    const score = await scorer.score({ case: item, completion: given, repeat: 0, signal });
    if (score.state !== "scored") throw new Error(`${scorer.name}: ${score.reason}`);
    spent.set(scorer.name, (spent.get(scorer.name) ?? 0) + performance.now() - started);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function heapMiB(): number {
  global.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

// Made beforehand, so that the time is that of the rules. A thousand texts, each of them scored a hundred times anew.
const answers = Array.from({ length: CASES }, (_, index) => text(index % LONG_EVERY === 0 ? LONG_WORDS : WORDS));
const heaps: number[] = [];
const start = process.threadCpuUsage();
const began = performance.now();
for (let index = 0; index < ANSWERS; index++) {
  const answer = answers[(index * 7) % CASES] ?? "";
  await scoreOne(index, answer);
  if ((index + 1) % (ANSWERS / SAMPLES) === 0) heaps.push(heapMiB());
}
const wall = (performance.now() - began) / 1_000;
const cpu = process.threadCpuUsage(start);
print(
  `${ANSWERS} answers (one in ${LONG_EVERY} of ${LONG_WORDS} words, the others of ${WORDS}), ${scorers.length} rules: ${wall.toFixed(1)} s, ${((cpu.user + cpu.system) / 1e6).toFixed(1)} s of one core`,
);
print(`heap in MiB after each ${ANSWERS / SAMPLES}: ${heaps.map((each) => each.toFixed(0)).join(", ")}`);
for (const [name, ms] of [...spent].sort((a, b) => b[1] - a[1]))
  print(`  ${name}: ${((ms * 1_000) / ANSWERS).toFixed(1)} us an answer`);

const rouge = scorers.find(({ name }) => name === "rouge") as Scorer;
const long = cases.get("rouge")?.[0];
if (long === undefined) throw new Error("no case");
const others = Array.from({ length: 300 }, () => text(LONG_WORDS));
const ours = await rate(others, (answer) =>
  rouge.score({ case: long, completion: completion(answer), repeat: 0, signal }),
);
const theirs = await rate(others.slice(0, 10), async (answer) => l(answer, REFERENCE));
print(
  `ROUGE-L, ${LONG_WORDS} against ${LONG_WORDS} words: ${ours.toFixed(0)} a second; js-rouge ${theirs.toFixed(1)} (${(ours / theirs).toFixed(0)} times)`,
);

async function rate(texts: readonly string[], work: (answer: string) => Promise<unknown>): Promise<number> {
  const since = performance.now();
  for (const each of texts) await work(each);
  return (texts.length * 1_000) / (performance.now() - since);
}
