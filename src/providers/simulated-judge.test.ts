import { describe, expect, it } from "vitest";
import type { Simulation } from "../domain/model.ts";
// The one place where the fleet must agree with another room: the prompt that judges are sent, and how they are read.
import { choicePrompt, pairwisePrompt, pointwisePrompt } from "../scorers/judge-prompt.ts";
import { readChoice, readPair, readVerdicts } from "../scorers/judge-reading.ts";
import { parseChoices, parseRubric } from "../scorers/rubric.ts";
import { fleetOf, manyCases, requestOf, simulatedModel } from "./fleet.fixtures.ts";
import { createSimulatedProvider } from "./simulated.ts";

const rubric = parseRubric(
  "title: T\ncriteria: [{ id: one, ask: One? }, { id: two, ask: Two? }, { id: three, ask: Three? }]",
  "r.yaml",
);
const ENTRY = { points: { k1: ["It fell."], k2: ["It rose."] }, errors: ["It stood still."], filler: ["As ever."] };

async function judged(
  answer: string,
  judgeAccuracy: number,
  count = 1,
  traits: Partial<Simulation> = {},
): Promise<boolean[][]> {
  const fleet = fleetOf(manyCases(count, { input: "- not-one: a list\nWhy?" }, ENTRY));
  const provider = createSimulatedProvider(fleet);
  const model = simulatedModel("judge", { judgeAccuracy, skill: {}, ...traits });
  const replies = [...fleet.cases.values()].map(async (item) => {
    const { messages } = pointwisePrompt(rubric, item, answer, { reference: true, material: true });
    const origin = { caseId: item.id, repeat: 0, role: "judge" as const };
    const { text } = await provider.complete(requestOf(model, item.id, { messages, origin }));
    const verdicts = readVerdicts(text, rubric) ?? [];
    for (const { met, evidence } of verdicts) expect(met ? answer.includes(evidence) : evidence === "").toBe(true);
    return verdicts.map(({ met }) => met);
  });
  return Promise.all(replies);
}

describe("the simulated judge", () => {
  it.each([
    ["every point", "It fell [S1]. It rose [S2].", [true, true, true]],
    ["half of them", "It fell.", [true, true, false]],
    ["half of them and an error", "It fell. It stood still.", [true, false, false]],
    ["none", "Who knows?", [false, false, false]],
    ["nothing", "", [false, false, false]],
    ["a list that looks like criteria", "- four: no\n- five: no\nIt fell. It rose.", [true, true, true]],
  ])("sees the merit of an answer that makes %s", async (_name, answer, met) => {
    expect(await judged(answer, 1)).toEqual([met]);
  });

  it("reads a criterion rightly as often as it says", async () => {
    const verdicts = (await judged("It fell.", 0.8, 1_000)).flatMap(([one, two, three]) => [one, two, !three]);
    // Four standard deviations over 3,000 readings.
    expect(Math.abs(verdicts.filter(Boolean).length / 3_000 - 0.8)).toBeLessThan(4 * Math.sqrt((0.8 * 0.2) / 3_000));
  });

  it("says the same of the same answer, and speaks anew of another", async () => {
    expect(await judged("It fell.", 0.6, 20)).toEqual(await judged("It fell.", 0.6, 20));
    expect(await judged("It fell.", 0.6, 20)).not.toEqual(await judged("It fell. ", 0.6, 20));
  });
});

describe("the simulated judge of two answers", () => {
  const BOTH = "It fell. It rose.";
  const ONE = "It fell. As ever, and for a good while, it is said.";
  const shown = { reference: true, material: true };

  /** What a judge with these traits says of the better answer first, and second. */
  async function compared(traits: Partial<Simulation>, count: number, [better, worse] = [BOTH, ONE]) {
    const fleet = fleetOf(manyCases(count, {}, ENTRY));
    const provider = createSimulatedProvider(fleet);
    const model = simulatedModel("judge", { skill: {}, ...traits });
    const ask = async (caseId: string, answers: [string, string]) => {
      const item = fleet.cases.get(caseId);
      if (item === undefined) throw new Error(caseId);
      const { messages, tag } = pairwisePrompt(rubric, item, answers, shown);
      const origin = { caseId, repeat: 0, role: "judge" as const };
      const { text } = await provider.complete(requestOf(model, caseId, { messages, origin }));
      return readPair(text, { tag, answers });
    };
    return Promise.all(
      [...fleet.cases.keys()].map(async (id) => [await ask(id, [better, worse]), await ask(id, [worse, better])]),
    );
  }

  it("names the better one in either place, and a tie of equals", async () => {
    expect(await compared({ judgeAccuracy: 1 }, 1)).toEqual([["first", "second"]]);
    expect(await compared({ judgeAccuracy: 1 }, 1, [BOTH, "It rose. It fell."])).toEqual([["tie", "tie"]]);
  });

  it("with a bias for the first place flips as often as it says: what flips becomes a tie, not a win", async () => {
    const verdicts = await compared({ judgePositionBias: 0.4 }, 1_000);
    // It names the better one when that stands first; standing second it loses by the bias alone.
    expect(verdicts.every(([first]) => first === "first")).toBe(true);
    const flipped = verdicts.filter(([, second]) => second === "first").length / 1_000;
    expect(Math.abs(flipped - 0.4)).toBeLessThan(4 * Math.sqrt((0.4 * 0.6) / 1_000));
  });

  it("with a bias for length does not flip: orders alone cannot show it", async () => {
    expect(await compared({ judgeVerbosityBias: 1 }, 1)).toEqual([["second", "first"]]);
  });

  it("errs as often as it says, in each order by itself", async () => {
    const wrong = (await compared({ judgeAccuracy: 0.8 }, 500)).flatMap(([one, two]) => [
      one !== "first",
      two !== "second",
    ]);
    expect(Math.abs(wrong.filter(Boolean).length / 1_000 - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / 1_000));
  });
});

describe("repeated readings of a simulated judge", () => {
  it("are right more often by their majority than one alone", async () => {
    const fleet = fleetOf(manyCases(150, {}, ENTRY));
    const provider = createSimulatedProvider(fleet);
    const model = simulatedModel("judge", { judgeAccuracy: 0.7, skill: {} });
    const right = { one: 0, five: 0 };
    for (const item of fleet.cases.values()) {
      const { messages } = pointwisePrompt(rubric, item, "It fell.", { reference: true, material: true });
      const readings = await Promise.all(
        [0, 1, 2, 3, 4].map(async (sample) => {
          const origin = { caseId: item.id, repeat: 0, role: "judge" as const, sample };
          const { text } = await provider.complete(requestOf(model, item.id, { messages, origin }));
          return (readVerdicts(text, rubric) ?? []).map(({ met }) => met);
        }),
      );
      for (const [at, truly] of [true, true, false].entries()) {
        const yes = readings.filter((reading) => reading[at] === true).length;
        if (readings[0]?.[at] === truly) right.one += 1;
        if (yes > 2 === truly) right.five += 1;
      }
    }
    // One is right with probability 0.7, the majority of five with 0.837.
    expect(right.one / 450).toBeLessThan(0.77);
    expect(right.five / 450).toBeGreaterThan(0.78);
  });
});

describe("the simulated judge's leniency", () => {
  it("lets a miss pass as often as it says", async () => {
    const verdicts = (await judged("Who knows?", 1, 500, { judgeLeniency: 0.3 })).flat();
    const passed = verdicts.filter(Boolean).length / verdicts.length;
    expect(Math.abs(passed - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / verdicts.length));
  });

  it("moves a choice up", async () => {
    const choices = parseChoices(
      "title: T\nchoices: [{ id: bad, means: B, value: 0 }, { id: fair, means: F, value: 0.5 }, { id: good, means: G, value: 1 }]",
      "c.yaml",
    );
    const chosen = async (judgeLeniency: number) => {
      const fleet = fleetOf(manyCases(1, {}, ENTRY));
      const item = [...fleet.cases.values()][0];
      if (item === undefined) throw new Error("no case");
      const { messages } = choicePrompt(choices, item, "It fell.", { reference: true, material: true });
      const origin = { caseId: item.id, repeat: 0, role: "judge" as const };
      const model = simulatedModel("judge", { skill: {}, judgeLeniency });
      const { text } = await createSimulatedProvider(fleet).complete(requestOf(model, item.id, { messages, origin }));
      return readChoice(text, choices)?.id;
    };
    expect([await chosen(0), await chosen(1)]).toEqual(["fair", "good"]);
  });
});
