import { describe, expect, it } from "vitest";
import type { EvidenceModel } from "../domain/evidence.ts";
import type { PeopleFacts } from "../domain/label.ts";
import { ModelSchema } from "../domain/model.ts";
import { type Policy, PolicySchema } from "../domain/policy.ts";
import { OverrideSchema, type Route, RouteSchema } from "../domain/routing.ts";
import { gradeOf } from "./decide.ts";
import { familyOfRuns } from "./family.ts";
import { judgeChange } from "./gate.ts";
import type { Judgement } from "./gate-say.ts";
import type { EvidenceState, GateChange, ModelNow } from "./refusal.ts";
import { counts, makeRun, PRICE, type RunSpec, random } from "./run.fixtures.ts";

const NOW = Date.UTC(2026, 10, 20, 12);
const HASH = "0".repeat(64);
const policy = PolicySchema.parse({});
const route = (changes: Partial<Route> = {}): Route => RouteSchema.parse({ model: "inc", suite: "suite", ...changes });

const evidenceModel = (id: string): EvidenceModel => ({
  id,
  asked: id,
  served: {},
  host: null,
  endpoint: HASH,
  parameters: HASH,
  price: HASH,
  answers: HASH,
});

type Present = Extract<EvidenceState, { state: "present" }>;

function evidence(
  spec: RunSpec = { answers: counts({ n: 60 }) },
  changes: Partial<Present> = {},
  { turned = false, people }: { readonly turned?: boolean; readonly people?: PeopleFacts } = {},
): Present {
  const made = makeRun({ ...spec, routes: spec.routes ?? [{ route: "r" }] });
  const run = people === undefined ? made : { ...made, people };
  const digest = (text: string) => text;
  const ledger = { entries: [], digest };
  const members = familyOfRuns([{ run, random, ledger, turned: new Set(turned ? ["r"] : []) }]);
  const { grade, reason } = gradeOf(run);
  return {
    state: "present",
    run: "run-1",
    source: run.manifest.source,
    ageDays: 3,
    models: run.manifest.candidates.map(({ id }) => evidenceModel(id)),
    served: new Map(),
    grade,
    gradeReason: reason,
    unattested: "this evidence is not signed",
    slices: new Map(run.manifest.routes.map(({ route: name, slice }) => [name, slice])),
    members: members.map((member) => ({ ...member, recorded: true })),
    ...changes,
  };
}

function modelNow(id: string, changes: object = {}, hashes: Partial<ModelNow> = {}): [string, ModelNow] {
  const model = ModelSchema.parse({ id, provider: "p", model: id, family: id, price: PRICE, ...changes });
  return [id, { model, sent: { maxTokens: 500 }, endpoint: HASH, parameters: HASH, price: HASH, ...hashes }];
}

const MODELS = new Map([modelNow("inc"), modelNow("cand"), modelNow("third")]);

function judgeAll(changes: Partial<GateChange> = {}): Judgement[] {
  return judgeChange(
    {
      route: "r",
      before: route(),
      after: route({ model: "cand" }),
      override: undefined,
      misstated: [],
      renamed: [],
      notes: [],
      loosened: [],
      policy,
      evidence: evidence(),
      moved: undefined,
      models: MODELS,
      changedModels: new Map(),
      gone: "is retired",
      commands: { again: COMMAND, fresh: `${COMMAND} --fresh` },
      ...changes,
    },
    NOW,
  );
}

function judge(changes: Partial<GateChange> = {}): Judgement {
  const judgements = judgeAll(changes);
  expect(judgements).toHaveLength(1);
  return judgements[0] as Judgement;
}

const COMMAND = "npm run eval suite -- --models inc,cand --incumbent r=inc --save-evidence";
const withModels = (...models: [string, ModelNow][]) => new Map([...MODELS, ...models]);
const looser = (name: keyof Policy, after: unknown, before: unknown = 0.05) => ({
  ...{ name, before, after },
  text: `${name} -> ${after}`,
});

describe("a verdict that rests on a judge", () => {
  const judged = { name: "judge", rule: "judge", weight: 1, required: false, certainty: "judge" as const };
  const wins = Array.from({ length: 200 }, (_, at) => (at % 6 === 0 ? 1 : at % 6 === 3 ? -1 : 0));
  const spec: RunSpec = {
    scale: "graded",
    manifest: { scorers: [judged] },
    answers: { inc: wins.map((win) => (win < 0 ? 1 : 0.5)), cand: wins.map((win) => (win > 0 ? 1 : 0.5)) },
    routes: [{ route: "r", policy: { ...policy, margin: 0.2 } }],
  };
  const labelled = (count: number): PeopleFacts => ({
    pairs: wins.slice(0, count).map((win, caseIndex) => ({
      ...{
        caseIndex,
        incumbentIndex: 0,
        candidateIndex: 1,
        votes: [win],
        said: [{ who: "anna", vote: win }],
        drawn: true,
      },
    })),
    same: [],
    swap: null,
  });

  it("is refused as advisory, and passes once people's labels carry it", () => {
    expect(judge({ evidence: evidence(spec) })).toMatchObject({
      outcome: "reject",
      reason: "The verdict is advisory: judge not calibrated by people's labels.",
    });
    expect(judge({ evidence: evidence(spec, {}, { people: labelled(90) }) }).reason).toContain(
      "people's labels do not carry it yet: 10 more labels are needed",
    );
    expect(judge({ evidence: evidence(spec, {}, { people: labelled(150) }) }).outcome).toBe("pass");
  });

  it("stays advisory where the judge is of a compared model's family, whatever people say", () => {
    const own = { model: "j", family: "inc", related: true };
    const kin = { ...spec, manifest: { ...spec.manifest, judge: own } };
    const evidenceOfKin = evidence(kin, {}, { people: labelled(150) });
    const reason = "the judge is of a compared model's family";
    expect(judge({ evidence: evidenceOfKin })).toMatchObject({
      outcome: "reject",
      reason: expect.stringContaining(reason),
    });
    expect(judge({ evidence: evidenceOfKin, policy: { ...policy, acceptAdvisory: true } })).toMatchObject({
      notes: [expect.stringContaining(reason)],
    });
  });
});

describe("judgeChange passes", () => {
  it("a switch that the evidence carries, with its figures", () => {
    expect(judge()).toMatchObject({
      route: "r",
      about: "model",
      outcome: "pass",
      reason: "cand meets every condition of the policy (60 pairs of run run-1).",
      command: null,
      from: "inc",
      to: "cand",
      quality: { value: 0, n: 60 },
      costRatio: { value: 0.5 },
    });
  });

  it("a candidate that passes beside a cheaper one", () => {
    const { inc, cand } = counts({ n: 200 });
    const cheap = cand.map((quality) => ({ quality, costUsd: 0.001 }));
    expect(judge({ evidence: evidence({ answers: { inc, cheap, cand } }) }).outcome).toBe("pass");
  });

  it("a removed route", () => {
    expect(judge({ after: undefined })).toMatchObject({ outcome: "pass", from: "inc", to: null });
  });

  it("a change that leaves everything alone that is judged, whatever the order of the tags", () => {
    const [before, after] = [
      { b: "2", a: "1" },
      { a: "1", b: "2" },
    ].map((slice) => route({ slice }));
    expect(judge({ before, after, evidence: { state: "refused", reason: "none", settle: true } }).outcome).toBe("pass");
  });

  it("an advisory verdict where the policy takes it", () => {
    const [first] = makeRun({ answers: counts({ n: 1 }) }).manifest.scorers;
    const scorers = first === undefined ? [] : [{ ...first, certainty: "judge" as const }];
    const advisory = evidence({ answers: counts({ n: 60 }), manifest: { scorers } });
    expect(judge({ evidence: advisory })).toMatchObject({
      outcome: "reject",
      reason: expect.stringMatching(/^The verdict is advisory: rule /),
    });
    expect(judge({ evidence: advisory, policy: { ...policy, acceptAdvisory: true } })).toMatchObject({
      outcome: "pass",
      notes: [expect.stringMatching(/^The verdict is advisory, which the policy accepts: rule /)],
    });
  });

  it("evidence that a CI run has signed, where the policy asks for it", () => {
    const strict = { ...policy, requireCiRun: true };
    expect(judge({ policy: strict }).reason).toBe(
      "The policy asks for evidence of a CI run: this evidence is not signed.",
    );
    expect(judge({ policy: strict, evidence: evidence(undefined, { unattested: undefined }) }).outcome).toBe("pass");
  });
});

describe("judgeChange leaves to a person", () => {
  it("a new route", () => {
    expect(judge({ before: undefined })).toMatchObject({ outcome: "inconclusive", from: null, to: "cand" });
  });

  it("looser rules for the same model", () => {
    const loosened = [{ name: "margin" as const, before: 0.05, after: 0.1, text: "margin 0.05 -> 0.1" }];
    expect(judge({ after: route(), loosened })).toMatchObject({
      about: "policy",
      outcome: "inconclusive",
      reason:
        "The policy is loosened (margin 0.05 -> 0.1). The model stays the same: a person decides. Sign it off under overrides.r with policy: { margin: 0.1 } and was: { margin: 0.05 }.",
    });
    expect(judge({ after: route({ suite: "other" }) }).outcome).toBe("inconclusive");
  });

  it("evidence that does not carry the change, with what is open, how many cases would settle it, and the command", () => {
    const { reason, outcome, command } = judge({ evidence: evidence({ answers: counts({ n: 50 }) }) });
    expect(outcome).toBe("inconclusive");
    expect(reason).toMatch(
      /^The evidence does not carry the change \(50 pairs of run run-1\): quality is not shown; about \d+ more cases would settle quality\.$/,
    );
    expect(command).toBe(COMMAND);
  });

  it("unknown costs, without promising that more cases would help", () => {
    const { inc, cand } = counts({ n: 60 });
    const unpriced = evidence({ answers: { inc, cand: cand.map((quality) => ({ quality, costUsd: null })) } });
    expect(judge({ evidence: unpriced }).reason).toBe(
      "The evidence does not carry the change (60 pairs of run run-1): cost is unknown (60 of 60 cases have no known cost).",
    );
  });

  it("missing cases that could overturn the verdict", () => {
    const { inc, cand } = counts({ n: 100 });
    const holed = evidence({ answers: { inc, cand: cand.map((quality, index) => (index < 12 ? null : quality)) } });
    expect(judge({ evidence: holed }).reason).toMatch(/: what is missing could overturn it; /);
  });
});

describe("judgeChange rejects", () => {
  const reason = (changes: Partial<GateChange>) => {
    const judgement = judge(changes);
    expect(judgement.outcome).toBe("reject");
    return judgement.reason;
  };

  it("looser rules together with another model, whatever the evidence", () => {
    const [rules, model] = judgeAll({ loosened: [looser("alpha", 0.1)] });
    expect(rules).toMatchObject({
      outcome: "reject",
      reason: "The policy is loosened (alpha -> 0.1). Land that on its own, so that it is seen and agreed to.",
    });
    expect(model?.outcome).toBe("pass");
  });

  it("another suite or slice together with another model", () => {
    for (const changes of [{ suite: "other" }, { slice: { language: "de" } }]) {
      expect(judgeAll({ after: route({ model: "cand", ...changes }) })[0]).toMatchObject({
        about: "suite",
        outcome: "reject",
        reason:
          "The suite or the slice that the route rests on has changed. Land that on its own, so that it is seen and agreed to.",
      });
    }
  });

  it("a suite that moved together with its route", () => {
    const moved = "evals/suite.ts has changed since origin/main as well. Land that on its own.";
    expect(reason({ moved })).toBe(moved);
    expect(judge({ moved, after: route() }).outcome).toBe("pass");
  });

  it("a target that retires too soon, or has retired", () => {
    const retires = (retiresOn: string) => judge({ models: withModels(modelNow("cand", { retiresOn })) });
    expect(retires("2026-12-01")).toMatchObject({
      outcome: "reject",
      reason: "cand retires on 2026-12-01, in 10 days; the policy asks for 30 days.",
      command: null,
    });
    expect(retires("2026-11-01").reason).toBe("cand retired on 2026-11-01; the policy asks for 30 days.");
    expect(retires("2026-12-21").outcome).toBe("pass");
    expect(retires("2026-12-20").outcome).toBe("reject");
  });

  it("what has no sound evidence, with the command that makes some", () => {
    const refused = { state: "refused" as const, reason: "The suite has no saved evidence.", settle: true };
    expect(judge({ evidence: refused })).toMatchObject({ outcome: "reject", reason: refused.reason, command: COMMAND });
  });

  it("simulated evidence, and evidence that the ledger does not hold", () => {
    expect(reason({ evidence: evidence({ answers: counts({ n: 60 }), manifest: { source: "simulated" } }) })).toBe(
      "Run run-1 is simulated: it says nothing about real models.",
    );
    const members = evidence().members.map((member) => ({ ...member, recorded: false }));
    expect(reason({ evidence: evidence(undefined, { members }) })).toMatch(
      /^The ledger of looks \(reports\/evidence\/ledger\.jsonl\) does not hold that of run run-1/,
    );
  });

  it("evidence that is too old, of unknown age, or from the future", () => {
    const aged = (ageDays: number) => judge({ evidence: evidence(undefined, { ageDays }) });
    expect(aged(31).outcome).toBe("pass");
    expect(aged(31.5)).toMatchObject({
      outcome: "reject",
      reason: "The evidence is 32 days old, 31 days are allowed.",
      command: `${COMMAND} --fresh`,
    });
    expect(aged(Number.NaN).reason).toBe("The evidence is of unknown age, 31 days are allowed.");
    expect(aged(-2).reason).toBe("The evidence is from the future: check the clocks.");
  });

  it("evidence about another route, another incumbent or another candidate", () => {
    const answers = counts({ n: 60 });
    const others = [
      evidence({ answers, routes: [{ route: "other" }] }),
      evidence({ answers, routes: [{ route: "r", incumbent: "cand" }] }),
      evidence({ answers: { inc: answers.inc, else: answers.cand } }),
    ];
    for (const other of others) {
      expect(reason({ evidence: other })).toBe("Run run-1 does not compare cand with inc for this route.");
    }
  });

  it("evidence of another slice", () => {
    const answers = counts({ n: 60 });
    const tags = answers.inc.map(() => ({ language: "de" }));
    const sliced = evidence({ answers, tags, routes: [{ route: "r", slice: { language: "de" } }] });
    expect(reason({ evidence: sliced })).toBe("Run run-1 was made for another slice of the suite.");
  });

  it.each<[string, Partial<ModelNow>, string]>([
    [
      "address",
      { endpoint: "1" },
      "The provider's address (baseURL) of cand changed in the catalogue since run run-1.",
    ],
    ["parameters", { parameters: "1" }, "The parameters of cand changed in the catalogue since run run-1."],
    ["price", { price: "1" }, "The price of cand changed in the catalogue since run run-1."],
  ])("a model whose %s changed since; of recorded answers that is not asked", (_what, hashes, sentence) => {
    const models = withModels(modelNow("cand", {}, hashes));
    expect(reason({ models })).toBe(sentence);
    expect(judge({ models, evidence: evidence(undefined, { source: "recorded" }) }).outcome).toBe("pass");
  });

  it("a model that goes by another name at its provider, and answers of another model", () => {
    expect(reason({ models: withModels(modelNow("cand", { model: "cand-2" })) })).toBe(
      "The model's name at its provider of cand changed in the catalogue since run run-1.",
    );
    expect(reason({ evidence: evidence(undefined, { served: new Map([["inc", "cheap-1"]]) }) })).toBe(
      "Asked for inc, cheap-1 answered: run run-1 is not about inc.",
    );
  });

  it("a price that nobody knows, or that was read long ago; not that of a local model", () => {
    expect(reason({ models: withModels(modelNow("cand", { price: "unknown" })) })).toBe(
      "The price of cand is unknown, so nothing is known of its cost. Add it to the catalogue.",
    );
    expect(reason({ models: withModels(modelNow("inc", { price: { ...PRICE, checkedAt: "2026-08-01" } })) })).toBe(
      "The price of inc was read 111 days ago, 90 are allowed. Read it again and renew checkedAt in the catalogue.",
    );
    expect(judge({ models: withModels(modelNow("cand", { price: "free" })) }).outcome).toBe("pass");
  });

  it("a candidate that fails, with the conditions that it fails on", () => {
    const { inc, cand } = counts({ losses: 20, n: 60 });
    const dear = cand.map((quality) => ({ quality, costUsd: 0.02 }));
    expect(reason({ evidence: evidence({ answers: { inc, cand: dear } }) })).toBe(
      "cand fails on quality and cost (60 pairs of run run-1).",
    );
  });

  it("parameters that no evidence is about", () => {
    const own = route({ params: { temperature: 0.7 } });
    expect(reason({ after: own })).toMatch(
      /^The parameters of the route changed \(temperature unset -> 0\.7\), and no evidence/,
    );
    expect(reason({ after: route(), changedModels: new Map([["inc", "its parameters"]]) })).toMatch(
      /^inc is no longer what was tested: its parameters changed under the same id\. Give /,
    );
    expect(reason({ after: route({ model: "cand", params: { maxTokens: 4_000 } }) })).toBe(
      "The route sends maxTokens 4000, cand was tested with 500.",
    );
    expect(judge({ after: route({ model: "cand", params: { maxTokens: 500 } }) }).outcome).toBe("pass");
  });

  it("any other setting that a route sends and no evidence is about", () => {
    const switched = (params: Route["params"], models = MODELS) =>
      judge({ after: route({ model: "cand", params }), before: route({ params }), models });
    expect(switched({ top_k: 1 })).toMatchObject({
      outcome: "reject",
      reason: "The route sends top_k 1, cand was tested with none.",
    });
    expect(switched({ stop: ["\n"] }).reason).toBe('The route sends stop ["\\n"], cand was tested with none.');
    expect(switched({ api_base: "http://b/" }).reason).toBe(
      "The route sends api_base http://b, cand was tested with none.",
    );
    const models = withModels(modelNow("cand", {}, { sent: { extra: { top_k: 1 } }, baseURL: "http://b" }));
    expect(switched({ top_k: 1, api_base: "http://b/", user: null }, models).outcome).toBe("pass");
    expect(switched({ extra: { top_k: 1 } }, models).outcome).toBe("pass");
    expect(switched({ api_base: "os.environ/B" })).toMatchObject({
      outcome: "pass",
      notes: ["The environment says api_base of the route: the gate cannot compare it with what was tested."],
    });
  });
});

describe("fallbacks", () => {
  const { inc, cand } = counts({ n: 60 });
  const dear = cand.map((quality) => ({ quality, costUsd: 0.05 }));
  const three = evidence({ answers: { inc, third: dear } });
  const judged = (fallbacks: string[], before: string[] = [], changes: Partial<GateChange> = {}) =>
    judgeAll({ before: route({ fallbacks: before }), after: route({ fallbacks }), evidence: three, ...changes });

  it("need not save anything, but must hold quality", () => {
    expect(judged(["third"])).toMatchObject([
      {
        about: "fallback",
        outcome: "pass",
        to: "third",
        reason: "The fallback third holds quality and every limit of the policy (60 pairs of run run-1).",
      },
    ]);
    const worse = evidence({ answers: { inc, third: counts({ losses: 30, n: 60 }).cand } });
    expect(judged(["third"], [], { evidence: worse })).toMatchObject([
      { outcome: "reject", reason: "The fallback third fails on quality (60 pairs of run run-1)." },
    ]);
    const few = evidence({ answers: counts({ n: 12 }), routes: [{ route: "r" }] });
    expect(judged(["cand"], [], { evidence: few })[0]?.reason).toMatch(
      /^The evidence does not carry the fallback cand \(/,
    );
  });

  it("are rejected untested, retiring, or as the model itself; the model of before is one that was served", () => {
    expect(judged(["cand"])[0]?.reason).toBe(
      "The fallback cand is untested. Run run-1 does not compare it with inc for this route.",
    );
    expect(judged(["inc"])[0]).toMatchObject({ outcome: "reject", reason: "inc falls back on itself." });
    const gone = withModels(modelNow("third", { retiresOn: "2026-11-25" }));
    expect(judged(["third"], [], { models: gone })[0]?.reason).toMatch(/^The fallback third retires on 2026-11-25/);
    const [, fallback] = judgeAll({ after: route({ model: "third", fallbacks: ["inc"] }), evidence: three });
    expect(fallback).toMatchObject({ about: "fallback", outcome: "pass" });
  });

  it("that stay in another order pass if each is tested, with the order; else the untested ones are as good as new", () => {
    const many = counts({ n: 120 });
    const both = evidence({ answers: { inc: many.inc, cand: many.cand, third: many.cand } });
    expect(judged(["cand", "third"], ["third", "cand"], { evidence: both })).toMatchObject([
      {
        about: "fallback",
        outcome: "pass",
        to: "cand, third",
        reason:
          "The order of the fallbacks changed (third, cand -> cand, third), and each of them is tested. The fallback cand holds quality and every limit of the policy (120 pairs of run run-1). The fallback third holds quality and every limit of the policy (120 pairs of run run-1).",
      },
    ]);
    expect(judged(["cand", "third"], ["third", "cand"]).map(({ outcome, to }) => [outcome, to])).toEqual([
      ["reject", "cand"],
      ["pass", "third"],
    ]);
    expect(judged(["third"], ["cand", "third"])[0]).toMatchObject({
      about: "route",
      outcome: "pass",
      reason: expect.stringMatching(/^cand is a fallback no longer; the others keep their order\. Model, parameters, /),
    });
  });

  it("whose model was changed under its id are judged as they are now", () => {
    const changedModels = new Map([["third", "its parameters"]]);
    const changed = (given: Partial<GateChange> = {}) => judged(["third"], ["third"], { changedModels, ...given });
    const since = withModels(modelNow("third", {}, { parameters: "1" }));
    expect(changed({ models: since })).toMatchObject([
      {
        outcome: "reject",
        reason: expect.stringContaining("The parameters of third changed in the catalogue since run"),
      },
    ]);
    expect(changed({ models: since, evidence: { ...three, source: "recorded" } })[0]?.reason).toBe(
      "The fallback third is untested. Since then its parameters changed under the same id, and recorded answers do not say which they are of.",
    );
    expect(changed()).toMatchObject([{ about: "fallback", outcome: "pass" }]);
  });

  it("whose parameters changed in the file of the models are judged as they are now", () => {
    const sent = (params: Route["params"]) => route({ fallbacks: ["third"], fallbackParams: { third: params } });
    const changed = (params: Route["params"]) => judgeAll({ before: sent({}), after: sent(params), evidence: three });
    expect(changed({ maxTokens: 500 })).toMatchObject([{ about: "fallback", outcome: "pass" }]);
    expect(changed({ top_k: 1 })).toMatchObject([
      {
        outcome: "reject",
        reason: "The fallback third is untested. The route sends top_k 1, third was tested with none.",
        command: null,
      },
    ]);
  });

  it("that stay and go soon are noted", () => {
    const models = withModels(modelNow("third", { retiresOn: "2026-11-01" }));
    const note = "The fallback third retired on 2026-11-01; the policy asks for 30 days. Put another in its place.";
    const before = route({ fallbacks: ["third"] });
    expect(judge({ before, after: route({ model: "cand", fallbacks: ["third"] }), models }).notes).toContain(note);
    expect(judge({ before, after: before, models })).toMatchObject({ outcome: "pass", notes: [note] });
  });

  it("that stay untested are noted with a new model", () => {
    const changes = { before: route({ fallbacks: ["third"] }), after: route({ model: "cand", fallbacks: ["third"] }) };
    expect(judge(changes)).toMatchObject({
      outcome: "pass",
      notes: ["The fallback third is untested: run run-1 does not compare it."],
    });
  });
});

describe("an incumbent that is gone turns the question", () => {
  const { inc, cand } = counts({ n: 120 });

  it("asks no saving where it is still in the evidence", () => {
    const dear = { inc, cand: cand.map((quality) => ({ quality, costUsd: 0.05 })) };
    expect(judge({ evidence: evidence({ answers: dear }) }).outcome).toBe("reject");
    expect(judge({ evidence: evidence({ answers: dear }, {}, { turned: true }) })).toMatchObject({
      outcome: "pass",
      reason:
        "inc is retired: what is asked is whether cand is good enough. cand holds quality and every limit of the policy (120 pairs of run run-1).",
    });
  });

  it("else asks who is within the margin of every other candidate", () => {
    const routes = [{ route: "r", incumbent: "inc" }];
    const answers = { cand, third: inc, weak: counts({ losses: 40, n: 120 }).cand };
    const gone = evidence({ answers, routes }, {}, { turned: true });
    expect(judge({ evidence: gone }).reason).toBe(
      "inc is retired: what is asked is whether cand is good enough. cand holds quality and every limit of the policy against each of 2 models (120 pairs of run run-1).",
    );
    expect(
      judge({ after: route({ model: "weak" }), models: withModels(modelNow("weak")), evidence: gone }),
    ).toMatchObject({
      outcome: "reject",
      reason: expect.stringContaining("weak fails on quality (120 pairs of run run-1, beside cand)."),
    });
  });
});

describe("an exception", () => {
  const override = (fields: object) =>
    OverrideSchema.parse({ reason: "vendor outage", by: "dana", until: "2026-12-15", ...fields });
  const refused = { state: "refused" as const, reason: "The suite has no saved evidence.", settle: true };

  it("lets through what it names, visibly, with what would have been said", () => {
    expect(judge({ evidence: refused, override: override({ model: "cand", from: "inc" }) })).toMatchObject({
      outcome: "pass",
      reason: "Let through by dana until 2026-12-15: vendor outage. Without that: The suite has no saved evidence.",
      override: { by: "dana", reason: "vendor outage", until: "2026-12-15" },
    });
    expect(judge({ before: undefined, override: override({ model: "cand" }) }).outcome).toBe("pass");
  });

  it("is for that model, from that model, alone", () => {
    for (const fields of [{ model: "other", from: "inc" }, { model: "cand", from: "other" }, { model: "cand" }]) {
      expect(judge({ evidence: refused, override: override(fields) }).outcome).toBe("reject");
    }
    expect(judge({ evidence: refused, override: override({ policy: { margin: 0.1 } }) }).outcome).toBe("reject");
  });

  it("signs off the values of a policy that it names", () => {
    const loosened = [looser("margin", 0.1), looser("alpha", 0.1)];
    const one = judgeAll({
      after: route(),
      loosened,
      override: override({ policy: { margin: 0.1 }, was: { margin: 0.05 } }),
    });
    expect(one.map(({ outcome }) => outcome)).toEqual(["pass", "inconclusive"]);
    expect(one[0]?.reason).toBe(
      "The policy is loosened (margin -> 0.1). Agreed to by dana until 2026-12-15: vendor outage.",
    );
    const both = override({ policy: { margin: 0.1, alpha: 0.1 }, was: { margin: 0.05, alpha: 0.05 } });
    expect(judge({ after: route(), loosened, override: both }).outcome).toBe("pass");
  });

  it("signs off no value without what it was before, and a limit that is gone by what it was", () => {
    const loosened = [looser("margin", 0.1)];
    const without = override({ policy: { margin: 0.1 } });
    expect(judge({ after: route(), loosened, override: without }).outcome).toBe("inconclusive");
    const gone = [looser("p95LatencyMs", undefined, 900)];
    const open = judge({ after: route(), loosened: gone });
    expect(open).toMatchObject({
      outcome: "inconclusive",
      reason: expect.stringContaining("with policy: {} and was: { p95LatencyMs: 900 }."),
    });
    const signed = override({ policy: {}, was: { p95LatencyMs: 900 } });
    expect(judge({ after: route(), loosened: gone, override: signed }).outcome).toBe("pass");
  });

  it("signs off another suite or slice of the same model", () => {
    const after = route({ suite: "other", slice: { level: "high" } });
    const { outcome, reason } = judge({ after });
    expect(outcome).toBe("inconclusive");
    expect(reason).toMatch(/Sign it off under overrides\.r with suite: other and slice: \{ level: high \}\.$/);
    const signed = override({ suite: "other", slice: { level: "high" } });
    expect(judge({ after, override: signed })).toMatchObject({
      about: "suite",
      outcome: "pass",
      reason: expect.stringMatching(
        /^Let through by dana until 2026-12-15: vendor outage\. Without that: The suite or/,
      ),
    });
    expect(judge({ after, override: override({ suite: "other" }) }).outcome).toBe("inconclusive");
    const switched = judgeAll({ after: { ...after, model: "cand" }, override: signed });
    expect(switched[0]).toMatchObject({ about: "suite", outcome: "reject" });
  });

  it("agrees to the fallbacks that it lists", () => {
    const after = route({ fallbacks: ["third"] });
    expect(judge({ after, override: override({ fallbacks: ["third"] }) }).outcome).toBe("pass");
    expect(judge({ after, override: override({ fallbacks: ["cand"] }) }).outcome).toBe("reject");
  });
});

describe("the families of the runs that a gate draws on", () => {
  it("are one: numbers that pass alone are held back beside many others", () => {
    const { inc, cand } = counts({ wins: 1, losses: 1, n: 75 });
    const drawn = (route: string, others: number) => ({
      run: makeRun({
        answers: {
          inc,
          cand,
          ...Object.fromEntries(Array.from({ length: others }, (_, at) => [`o${at}`, inc.map(() => 0)])),
        },
        routes: [{ route }],
      }),
      random,
      ledger: undefined,
      turned: new Set<string>(),
    });
    const outcome = (runs: Parameters<typeof familyOfRuns>[0]) =>
      familyOfRuns(runs)
        .find(({ route: name, candidate }) => name === "r" && candidate === "cand")
        ?.comparisons()[0]?.outcome;
    const single = outcome([drawn("r", 0)]);
    const beside = outcome([drawn("r", 0), drawn("other", 12)]);
    expect([single, beside]).toEqual(["passes", "open"]);
    expect(familyOfRuns([drawn("r", 2), drawn("other", 2)])).toHaveLength(6);
  });
});
