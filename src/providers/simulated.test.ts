import { describe, expect, it } from "vitest";
import { CompletionSchema } from "../domain/trial.ts";
import { ProviderError } from "../ports.ts";
import { fleetOf, manyCases, requestOf, simulatedModel } from "./fleet.fixtures.ts";
import { chanceOfRight, createSimulatedProvider } from "./simulated.ts";

const COUNT = 4_000;
const LABEL = { target: { label: "refund" } };
const CONFUSED = { confusions: ["billing", "login"] };

/** Four standard deviations of a share over so many independent cases. */
const tolerance = (share: number, count = COUNT) => 4 * Math.sqrt((share * (1 - share)) / count);

/** The texts of one model's answers, case by case; a failure is undefined. */
async function textsOf(
  fleet: ReturnType<typeof fleetOf>,
  model = simulatedModel("m"),
  repeat = 0,
): Promise<(string | undefined)[]> {
  const provider = createSimulatedProvider(fleet);
  const origin = (caseId: string) => ({ caseId, repeat, role: "answer" as const });
  const answers = [...fleet.cases.keys()].map((id) =>
    provider.complete(requestOf(model, id, { origin: origin(id) })).then(
      ({ text }) => text,
      () => undefined,
    ),
  );
  return Promise.all(answers);
}

const share = <T>(items: readonly T[], test: (item: T) => boolean) => items.filter(test).length / items.length;
const isRight = (text: string | undefined) => text?.includes("refund") === true;

describe("the simulated fleet", () => {
  const skilled = simulatedModel("m", { skill: { s: { simple: 0.9, complex: 0.6 } } });

  it("answers alike for the same seed, whatever the order of the calls", async () => {
    const fleet = fleetOf(manyCases(50, LABEL, CONFUSED));
    const provider = createSimulatedProvider(fleet);
    const ask = (id: string) => provider.complete(requestOf(skilled, id));
    const there = await Promise.all([...fleet.cases.keys()].map(ask));
    const back = await Promise.all([...fleet.cases.keys()].reverse().map(ask));
    expect(back.reverse()).toEqual(there);
    for (const completion of there) expect(CompletionSchema.parse(completion)).toEqual(completion);
  });

  it("answers otherwise for another seed, and for another repeat", async () => {
    const rows = manyCases(50, LABEL, CONFUSED);
    const texts = await textsOf(fleetOf(rows), skilled);
    expect(await textsOf(fleetOf(rows, "2"), skilled)).not.toEqual(texts);
    expect(await textsOf(fleetOf(rows), skilled, 1)).not.toEqual(texts);
  });

  it.each([
    ["simple", 0.9],
    ["complex", 0.6],
  ])("is right on %s cases as often as its skill of %f says", async (complexity, skill) => {
    const fleet = fleetOf(manyCases(COUNT, { ...LABEL, tags: { complexity } }, CONFUSED));
    const texts = await textsOf(fleet, skilled);
    expect(Math.abs(share(texts, isRight) - skill)).toBeLessThan(tolerance(skill));
    const chances = [...fleet.cases.values()].map((item) => chanceOfRight(fleet, skilled, item));
    expect(Math.abs(chances.reduce((sum, chance) => sum + chance, 0) / COUNT - skill)).toBeLessThan(tolerance(skill));
  });

  it("lets models fail on the same cases, and the better one on few that the worse gets right", async () => {
    const fleet = fleetOf(manyCases(COUNT, LABEL, CONFUSED));
    const [better, worse] = await Promise.all(
      [0.8, 0.7].map((simple, at) =>
        textsOf(fleet, simulatedModel(`m${at}`, { skill: { s: { simple, complex: 0 } } })),
      ),
    );
    const pairs = (better ?? []).map((text, at) => [isRight(text), isRight(worse?.[at])] as const);
    // Were they independent, both would be wrong on 6 % of the cases, and 14 % would be losses.
    expect(share(pairs, ([a, b]) => !a && !b)).toBeGreaterThan(0.15);
    expect(share(pairs, ([a, b]) => !a && b)).toBeLessThan(0.06);
  });

  it("fails as often as it says, for good, with the time it took", async () => {
    const fleet = fleetOf(manyCases(COUNT, LABEL, CONFUSED));
    const failing = simulatedModel("m", { failureRate: 0.1 });
    const texts = await textsOf(fleet, failing);
    expect(Math.abs(share(texts, (text) => text === undefined) - 0.1)).toBeLessThan(tolerance(0.1));
    const id = `c-${texts.indexOf(undefined)}`;
    const error = await createSimulatedProvider(fleet)
      .complete(requestOf(failing, id))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ reason: "server-error", retryable: false, latencyMs: expect.any(Number) });
  });

  it("states times with the median it is given", async () => {
    const fleet = fleetOf(manyCases(1_001, LABEL, CONFUSED));
    const provider = createSimulatedProvider(fleet);
    const calls = [...fleet.cases.keys()].map((id) => provider.complete(requestOf(skilled, id)));
    const times = (await Promise.all(calls)).map(({ latencyMs = 0 }) => latencyMs).sort((a, b) => a - b);
    // The median of a log-normal sample has a standard error of 1.25 sigma / sqrt(n): about 1.2 %.
    expect(times[500]).toBeGreaterThan(950);
    expect(times[500]).toBeLessThan(1_050);
  });

  it.each([
    ["a case that the book does not have", simulatedModel("m"), "c-9", 'the answer book has no case "c-9"'],
    ["a suite without a skill", simulatedModel("m", { skill: {} }), "c-0", 'm states no skill for the suite "s"'],
  ])("throws a plain error for %s: it is our mistake", async (_name, model, id, message) => {
    const call = createSimulatedProvider(fleetOf(manyCases(1, LABEL, CONFUSED))).complete(requestOf(model, id));
    await expect(call).rejects.toThrow(message);
    await expect(call).rejects.not.toBeInstanceOf(ProviderError);
  });
});

describe("what the fleet says", () => {
  const never = { skill: { s: { simple: 0, complex: 0 } } };

  it("puts a right label in several ways, and a wrong one as the book has it", async () => {
    const fleet = fleetOf(manyCases(300, LABEL, CONFUSED));
    expect([...new Set(await textsOf(fleet))].sort()).toEqual(["**refund**", "Label: refund", "refund"]);
    expect([...new Set(await textsOf(fleet, simulatedModel("m", never)))].sort()).toEqual(["billing", "login"]);
  });

  it("chats as often as its verbosity says, in the book's words", async () => {
    const fleet = fleetOf(manyCases(COUNT, LABEL, { ...CONFUSED, chatty: "I'd say refund." }));
    const texts = await textsOf(fleet, simulatedModel("m", { verbosity: 1.5 }));
    expect(Math.abs(share(texts, (text) => text === "I'd say refund.") - 0.25)).toBeLessThan(tolerance(0.25));
  });

  it("writes the book's code in a fence, with talk around it where it is verbose", async () => {
    const entry = { reference: "const f = () => 1;\n", wrong: [{ why: "off by one", code: "const f = () => 2;\n" }] };
    const fleet = fleetOf(manyCases(1, { vars: { language: "typescript" } }, entry));
    expect(await textsOf(fleet)).toEqual(["```typescript\nconst f = () => 1;\n```"]);
    const [wordy] = await textsOf(fleet, simulatedModel("m", { ...never, verbosity: 2 }));
    expect(wordy).toMatch(/^Here is .+\n\n```typescript\nconst f = \(\) => 2;\n```\n\nTell me/);
  });

  const keyPoints = [
    { id: "k1", sources: ["S1", "S2"] },
    { id: "k2", sources: [] },
  ];
  const prose = {
    points: { k1: ["It fell.", "Down it went."], k2: ["Nobody knows why!"] },
    errors: ["It rose."],
    filler: ["As ever."],
  };

  it("makes prose of the book's wordings, cites the sources, and invents as often as it says", async () => {
    const fleet = fleetOf(manyCases(500, { target: { keyPoints } }, prose));
    const texts = (await textsOf(fleet, simulatedModel("m", { inventionRate: 0.2 }))) as string[];
    expect([...new Set(texts.map((text) => text.replace(" It rose.", "")))].sort()).toEqual([
      "Down it went [S1, S2]. Nobody knows why!",
      "It fell [S1, S2]. Nobody knows why!",
    ]);
    expect(Math.abs(share(texts, (text) => text.includes("It rose.")) - 0.2)).toBeLessThan(tolerance(0.2, 500));
  });

  it("adds filler where it is verbose, and says so where it knows nothing", async () => {
    const fleet = fleetOf(manyCases(1, { target: { keyPoints } }, prose));
    expect(await textsOf(fleet, simulatedModel("m", { verbosity: 2 }))).toEqual([expect.stringMatching(/ As ever\.$/)]);
    expect(await textsOf(fleet, simulatedModel("m", never))).toEqual([expect.stringContaining("do not settle this")]);
  });

  it("makes the book's moves by tool calls, and none where none is a move", async () => {
    const entry = {
      right: [{ tool: "wait", arguments: { minutes: 5 } }],
      wrong: [{ why: "hasty", calls: [] }],
    };
    const fleet = fleetOf(manyCases(1, {}, entry));
    const ask = (model = simulatedModel("m")) => createSimulatedProvider(fleet).complete(requestOf(model, "c-0"));
    expect(await ask()).toMatchObject({
      text: "",
      toolCalls: [{ name: "wait", arguments: { minutes: 5 } }],
      finishReason: { unified: "tool-calls" },
    });
    expect(await ask(simulatedModel("m", never))).toMatchObject({ toolCalls: [], finishReason: { unified: "stop" } });
  });
});
