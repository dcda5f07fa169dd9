import { describe, expect, it } from "vitest";
import type { Message } from "../domain/case.ts";
// The one place where the fleet must agree with another room: the prompt that judges are sent, and how they are read.
import { readVerdicts } from "../scorers/judge.ts";
import { judgeMessages } from "../scorers/judge-prompt.ts";
import { parseRubric } from "../scorers/rubric.ts";
import { fleetOf, manyCases, requestOf, simulatedModel } from "./fleet.fixtures.ts";
import { createSimulatedProvider } from "./simulated.ts";

const rubric = parseRubric(
  "title: T\ncriteria: [{ id: one, ask: One? }, { id: two, ask: Two? }, { id: three, ask: Three? }]",
  "r.yaml",
);
const ENTRY = { points: { k1: ["It fell."], k2: ["It rose."] }, errors: ["It stood still."], filler: ["As ever."] };

async function judged(answer: string, judgeAccuracy: number, count = 1): Promise<boolean[][]> {
  const fleet = fleetOf(manyCases(count, { input: "- not-one: a list\nWhy?" }, ENTRY));
  const provider = createSimulatedProvider(fleet);
  const model = simulatedModel("judge", { judgeAccuracy, skill: {} });
  const replies = [...fleet.cases.values()].map(async (item) => {
    const messages: Message[] = judgeMessages(rubric, item, answer, { reference: true, material: true });
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
