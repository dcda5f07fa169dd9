import { createHash } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { type Case, CaseSchema } from "../domain/case.ts";
import { type Model, ModelSchema, type Simulation } from "../domain/model.ts";
import type { ProviderRequest, Random } from "../ports.ts";
import type { AnswerEntry } from "./answer-book.ts";
import type { Fleet } from "./simulated.ts";

/** Streams of chance by seed and name. */
export function seeded(seed: string): Random {
  return (name) => {
    const digest = createHash("sha256").update(`${seed} ${name}`).digest();
    const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)));
    return () => uniformFloat64(generator);
  };
}

/** A simulated model that answers the suite "s"; `simulation` is what is not ordinary about it. */
export function simulatedModel(id: string, simulation: Partial<Simulation> = {}): Model {
  const ordinary = {
    skill: { s: { simple: 1, complex: 1 } },
    latencyMs: { median: 1_000, sigma: 0.3 },
    failureRate: 0,
    verbosity: 1,
  };
  return ModelSchema.parse({
    id,
    provider: "simulated",
    model: `${id}-1`,
    family: "f",
    simulation: { ...ordinary, ...simulation },
  });
}

/** A fleet over these cases and what the book has of them. */
export function fleetOf(
  rows: readonly { item: Partial<Record<keyof Case, unknown>>; entry: Record<string, unknown> }[],
  seed = "1",
): Fleet & { readonly cases: ReadonlyMap<string, Case> } {
  const cases = rows.map(({ item }) => CaseSchema.parse({ input: "Q", ...item }));
  const book = rows.map(
    ({ entry }, at) => [cases[at]?.id ?? "", { id: cases[at]?.id, ...entry } as AnswerEntry] as const,
  );
  return {
    suite: "s",
    cases: new Map(cases.map((item) => [item.id, item])),
    book: new Map(book),
    random: seeded(seed),
  };
}

/** So many cases of one kind: `c-0`, `c-1` and so on. */
export function manyCases(
  count: number,
  item: Partial<Record<keyof Case, unknown>>,
  entry: Record<string, unknown>,
): Parameters<typeof fleetOf>[0] {
  return Array.from({ length: count }, (_, at) => ({ item: { id: `c-${at}`, ...item }, entry }));
}

export function requestOf(model: Model, caseId: string, changes: Partial<ProviderRequest> = {}): ProviderRequest {
  return {
    model,
    messages: [{ role: "user", content: "Which label?" }],
    tools: [],
    params: {},
    signal: new AbortController().signal,
    origin: { caseId, repeat: 0, role: "answer" },
    ...changes,
  };
}
