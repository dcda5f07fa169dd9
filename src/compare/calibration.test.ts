import { describe, expect, it } from "vitest";
import { EvidenceSchema } from "../domain/evidence.ts";
import type { PeopleFacts } from "../domain/label.ts";
import type { Manifest } from "../domain/run.ts";
import { decide } from "./decide.ts";
import { evidenceOf, hashOf, runOf } from "./evidence.ts";
import { judgedPairs } from "./label-pairs.ts";
import { type AnswerSpec, makeRun, type RunSpec, random } from "./run.fixtures.ts";

const HEURISTIC: Partial<Manifest> = {
  scorers: [{ name: "points", rule: "key-points", weight: 1, required: false, certainty: "heuristic" }],
};
const POLICY = { margin: 0.1 };

/** What people say of the pair of the first two models, case by case; undefined: nobody was asked. */
function people(votes: readonly (number | undefined)[], changes: Partial<PeopleFacts> = {}): PeopleFacts {
  const pairs = votes.flatMap((vote, caseIndex) =>
    vote === undefined
      ? []
      : [
          {
            caseIndex,
            incumbentIndex: 0,
            candidateIndex: 1,
            votes: [vote],
            said: [{ who: "anna", vote }],
            drawn: true,
          },
        ],
  );
  return { pairs, same: [], swap: null, ...changes };
}

function decided(answers: RunSpec["answers"], facts: PeopleFacts | undefined, manifest: Partial<Manifest> = HEURISTIC) {
  const run = makeRun({ answers, scale: "graded", manifest, routes: [{ policy: POLICY }] });
  const decision = decide(facts === undefined ? run : { ...run, people: facts }, random);
  const [route] = decision.routes;
  const comparison = route?.comparisons[0];
  if (route === undefined || comparison === undefined) throw new Error("no comparison");
  return { route, comparison };
}

/** Differences of the two models by case: one in six is won, as many are lost. */
const mixed = (n: number) => Array.from({ length: n }, (_, at) => (at % 6 === 0 ? 1 : at % 6 === 3 ? -1 : 0));
const qualities = (differences: readonly number[]) => ({
  inc: differences.map((difference): AnswerSpec => (difference < 0 ? 0.9 : 0.5)),
  cand: differences.map((difference): AnswerSpec => (difference > 0 ? 0.9 : 0.5)),
});
const first = (votes: readonly number[], count: number) => votes.map((vote, at) => (at < count ? vote : undefined));

describe("labels of people", () => {
  const truth = mixed(300);

  it("make a verdict calibrated where scores agree with them", () => {
    expect(decided(qualities(truth), undefined).route.grade).toBe("advisory");
    const { route, comparison } = decided(qualities(truth), people(first(truth, 150)));
    expect(route).toMatchObject({
      verdict: "switch",
      grade: "calibrated",
      gradeReason: "150 labels of people carry it",
    });
    expect(comparison.calibration).toMatchObject({ labels: 150, labelsNeeded: 100, problems: [], bias: 0 });
    expect(comparison.calibration?.ac1?.value).toBe(1);
    expect(comparison.quality?.interval).toMatchObject({ method: "PPI++, Student t" });
    expect(comparison.looks).toEqual([{ n: 150, share: 0.8, p: expect.any(Number), needed: expect.any(Number) }]);
    expect(comparison.p).toBeGreaterThanOrEqual(1.25 * (comparison.looks[0]?.p ?? 1) - 1e-12);
  });

  it("do not yet where they are few, and say how many more are needed", () => {
    const { route } = decided(qualities(truth), people(first(truth, 90)));
    expect(route).toMatchObject({
      grade: "advisory",
      gradeReason: "people's labels do not carry it yet: 10 more labels are needed (90 of 100)",
    });
  });

  it("do not count where nobody drew them at random", () => {
    const facts = people(truth);
    const picked = { ...facts, pairs: facts.pairs.map((pair) => ({ ...pair, drawn: false })) };
    expect(decided(qualities(truth), picked).route.grade).toBe("advisory");
  });

  it("take the verdict back from a judge that is lenient to the candidate", () => {
    // Scores see a tie where people see a loss, in one case of five.
    const seen = truth.map((difference, at) => (at % 5 === 1 ? -1 : difference));
    const lenient = decided(qualities(truth), people(first(seen, 150)));
    expect(decided(qualities(truth), undefined).route.verdict).toBe("switch");
    expect(lenient.route.grade).toBe("advisory");
    expect(lenient.comparison.calibration?.bias).toBeGreaterThan(0.05);
    expect(lenient.route.gradeReason).toMatch(/it favours one side by \d+\.\d points, more than half the margin/);
  });

  it("correct what is within the trust that scores have: the interval is people's", () => {
    const seen = truth.map((difference, at) => (at % 30 === 1 ? -1 : difference));
    const { comparison } = decided(qualities(truth), people(first(seen, 240)));
    expect(comparison.calibration?.problems).toEqual([]);
    expect(comparison.quality?.value).toBeLessThan(-0.01);
    expect(comparison.quality?.value).toBeGreaterThan(-0.08);
  });

  it("are not believed of a judge that agrees by chance, nor of one that follows the order", () => {
    const random = truth.map((_, at) => ((at * 7) % 3) - 1);
    expect(decided(qualities(truth), people(first(random, 150))).route.gradeReason).toContain(
      "agreement with people (AC1) is",
    );
    const flips = people(first(truth, 150), { swap: { kept: 70, of: 100 } });
    expect(decided(qualities(truth), flips).route.gradeReason).toContain(
      "only 70 of 100 verdicts stay when the answers change places",
    );
    const steady = people(first(truth, 150), { swap: { kept: 80, of: 100 } });
    expect(decided(qualities(truth), steady).route.grade).toBe("calibrated");
  });

  it("leave a loss where an answer failed, and where it is missing", () => {
    const { inc, cand } = qualities(truth);
    // A quarter is missing, a third of it in the place of a loss.
    const broken = cand.map((quality, at) => (at % 4 === 1 ? null : quality));
    const { comparison } = decided({ inc, cand: broken }, people(first(truth, 150)));
    expect(comparison.quality?.value).toBeLessThan(-0.15);
    expect(comparison.outcome).not.toBe("passes");
  });

  it("grade a verdict that is no switch by the labels of every candidate", () => {
    const worse = truth.map((_, at) => (at % 3 === 0 ? -1 : 0));
    const { inc, cand } = qualities(worse);
    const one = decided({ inc, cand }, people(first(worse, 150)));
    expect(one.route).toMatchObject({ verdict: "keep", grade: "calibrated" });
    const two = decided({ inc, cand, other: cand }, people(first(worse, 150)));
    expect(two.route).toMatchObject({ verdict: "keep", grade: "advisory" });
  });

  it("change nothing of exact scores, and nothing of a simulation", () => {
    const facts = people(first(truth, 150));
    expect(decided(qualities(truth), facts, {}).route.grade).toBe("certified");
    expect(decided(qualities(truth), facts, {}).comparison.calibration).toBeUndefined();
    const simulated = { ...HEURISTIC, source: "simulated" as const };
    expect(decided(qualities(truth), facts, simulated).route.grade).toBe("simulated");
  });
});

describe("evidence with labels", () => {
  const truth = mixed(300);
  const run = {
    ...makeRun({ answers: qualities(truth), scale: "graded", manifest: HEURISTIC, routes: [{ policy: POLICY }] }),
    people: people(first(truth, 150), { same: [{ caseIndex: 299, incumbentIndex: 0, candidateIndex: 1 }] }),
  };
  const facts = {
    served: {},
    host: null,
    endpoint: "0".repeat(64),
    parameters: "0".repeat(64),
    price: "0".repeat(64),
  };
  const saved = evidenceOf(run, {
    models: new Map(["inc", "cand"].map((id) => [id, facts])),
    hashes: { prompts: hashOf("p"), rubrics: hashOf("r"), judge: null },
  });

  it("gives the same calibrated verdict back, from numbers alone", () => {
    const again = runOf(EvidenceSchema.parse(JSON.parse(JSON.stringify(saved))));
    const [before, after] = [decide(run, random), decide(again, random)].map((decision) => decision.routes[0]);
    expect(after?.grade).toBe("calibrated");
    expect(after?.comparisons[0]?.calibration).toEqual(before?.comparisons[0]?.calibration);
    expect(after?.comparisons[0]?.p).toBe(before?.comparisons[0]?.p);
    expect(JSON.stringify(saved)).not.toContain("anna");
  });

  it("keeps where scorers contradict each other, which its numbers do not say", () => {
    const scorers = ["one", "two"].map((name) => ({ ...HEURISTIC.scorers?.[0], name }));
    const values = (at: number) => (at % 2 === 0 ? [1, 0] : [0.5, 0.5]);
    const answers = {
      inc: truth.map((_, at): AnswerSpec => ({ quality: 0.5, values: values(at).toReversed() })),
      cand: truth.map((_, at): AnswerSpec => ({ quality: 0.5, values: values(at) })),
    };
    const contradicting = {
      ...makeRun({ answers, scale: "graded", manifest: { scorers: scorers as Manifest["scorers"] } }),
      people: people(first(truth, 150)),
    };
    const models = new Map(["inc", "cand"].map((id) => [id, facts]));
    const hashes = { prompts: hashOf("p"), rubrics: hashOf("r"), judge: null };
    const question = { incumbentIndex: 0, candidateIndex: 1, caseIndices: [0, 1, 2], margin: 0.1 };
    const strata = judgedPairs(runOf(evidenceOf(contradicting, { models, hashes })), question);
    expect(strata.map(({ stratum }) => stratum)).toEqual(["disagreement", "tied", "disagreement"]);
  });
});

describe("judgedPairs", () => {
  const scorers = ["one", "two"].map((name) => ({ ...HEURISTIC.scorers?.[0], name }));
  const run = makeRun({
    scale: "graded",
    manifest: { scorers: scorers as Manifest["scorers"] },
    answers: {
      inc: [
        { quality: 0.5, values: [0, 1] },
        { quality: 0.2, values: [0, 0.4] },
        { quality: 0.5, values: [0.5, 0.5] },
        { quality: 0.5, values: [0.5, 0.5] },
        { state: "failed", quality: 0 },
        0.5,
      ],
      cand: [
        { quality: 0.5, values: [1, 0] },
        { quality: 0.5, values: [0, 1] },
        { quality: 0.52, values: [0.54, 0.5] },
        { quality: 0.5, values: [0.5, 0.5] },
        0.5,
        null,
      ],
    },
  });
  const question = { incumbentIndex: 0, candidateIndex: 1, caseIndices: [0, 1, 2, 3, 4, 5], margin: 0.1 };

  it("draws apart where scorers contradict each other, where they agree, and where nothing differs", () => {
    const same = [{ caseIndex: 3, incumbentIndex: 0, candidateIndex: 1 }];
    const pairs = judgedPairs({ ...run, people: { pairs: [], same, swap: null } }, question);
    expect(pairs.map(({ stratum, judged, known, missing }) => [stratum, judged, known, missing])).toEqual([
      ["disagreement", 0, null, false],
      ["decided", 1, null, false],
      ["tied", 0, null, false],
      ["same", 0, 0, false],
      ["settled", 1, 1, false],
      ["settled", -1, -1, true],
    ]);
  });
});
