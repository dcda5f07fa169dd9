import { describe, expect, it } from "vitest";
import type { Comparison, Decision } from "../domain/decision.ts";
import { ModelSchema } from "../domain/model.ts";
import { PolicySchema } from "../domain/policy.ts";
import { type Route, RouteSchema } from "../domain/routing.ts";
import { decide } from "./decide.ts";
import { type Evidence, type GateChange, judgeChange } from "./gate.ts";
import { counts, makeRun, type RunSpec, random } from "./run.fixtures.ts";

const NOW = Date.UTC(2026, 10, 20, 12);
const route = (changes: Partial<Route> = {}): Route => RouteSchema.parse({ model: "inc", suite: "suite", ...changes });
const policy = PolicySchema.parse({});
const target = ModelSchema.parse({ id: "cand", provider: "p", model: "cand", family: "f" });

const evidence = (spec: RunSpec = { answers: counts({ n: 60 }) }, ageDays = 3): Evidence => ({
  state: "present",
  decision: decide(makeRun({ ...spec, routes: spec.routes ?? [{ route: "r" }] }), random),
  runId: "run-1",
  ageDays,
});
const present = evidence();

const judge = (changes: Partial<GateChange> = {}) =>
  judgeChange(
    {
      route: "r",
      before: route(),
      after: route({ model: "cand" }),
      loosened: [],
      policy,
      evidence: present,
      target,
      ...changes,
    },
    NOW,
  );

const COMMAND = "npm run eval suite -- --models inc,cand";

describe("judgeChange passes", () => {
  it("a switch that the evidence carries", () => {
    expect(judge()).toEqual({
      route: "r",
      outcome: "pass",
      reason: "cand meets every condition of the policy (60 pairs of run run-1).",
      command: undefined,
      from: "inc",
      to: "cand",
    });
  });

  it("a candidate that passes beside a cheaper one", () => {
    const { inc, cand } = counts({ n: 200 });
    const cheap = cand.map((quality) => ({ quality, costUsd: 0.001 }));
    expect(judge({ evidence: evidence({ answers: { inc, cheap, cand } }) }).outcome).toBe("pass");
  });

  it("a removed route", () => {
    expect(judge({ after: undefined })).toMatchObject({ outcome: "pass", from: "inc", to: undefined });
  });

  it("a change that leaves the model, the suite and the slice alone, whatever the order of the tags", () => {
    const [before, after] = [
      { b: "2", a: "1" },
      { a: "1", b: "2" },
    ].map((slice) => route({ slice }));
    expect(judge({ before, after, evidence: { state: "absent", reason: "none" } }).outcome).toBe("pass");
  });

  it("an advisory verdict where the policy takes it", () => {
    const [first] = makeRun({ answers: counts({ n: 1 }) }).manifest.scorers;
    const scorers = first === undefined ? [] : [{ ...first, certainty: "judge" as const }];
    const advisory = evidence({ answers: counts({ n: 60 }), manifest: { scorers } });
    expect(judge({ evidence: advisory })).toMatchObject({
      outcome: "reject",
      reason: "The verdict is advisory: rule not calibrated by people's labels.",
    });
    expect(judge({ evidence: advisory, policy: { ...policy, acceptAdvisory: true } }).outcome).toBe("pass");
  });
});

describe("judgeChange leaves to a person", () => {
  it("a new route", () => {
    expect(judge({ before: undefined })).toMatchObject({ outcome: "inconclusive", from: undefined, to: "cand" });
  });

  it("looser rules for the same model", () => {
    const loosened = ["margin 0.05 -> 0.1"];
    expect(judge({ after: route(), loosened })).toMatchObject({
      outcome: "inconclusive",
      reason: "The policy is loosened (margin 0.05 -> 0.1). The model stays the same: a person decides.",
    });
    expect(judge({ after: route({ suite: "other" }) }).outcome).toBe("inconclusive");
  });

  it("evidence that does not carry the change, with what is open and about how many cases would settle it", () => {
    const { reason, outcome } = judge({ evidence: evidence({ answers: counts({ n: 50 }) }) });
    expect(outcome).toBe("inconclusive");
    expect(reason).toMatch(
      /^The evidence does not carry the change \(50 pairs of run run-1\): quality is not shown; about \d+ more cases would settle quality\.$/,
    );
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
  it("looser rules together with another model", () => {
    expect(judge({ loosened: ["alpha 0.05 -> 0.1", "acceptAdvisory -> true"] })).toMatchObject({
      outcome: "reject",
      reason:
        "The policy is loosened (alpha 0.05 -> 0.1, acceptAdvisory -> true). Land that on its own, so that it is seen and agreed to.",
    });
  });

  it("another suite or slice together with another model", () => {
    for (const changes of [{ suite: "other" }, { slice: { language: "de" } }]) {
      expect(judge({ after: route({ model: "cand", ...changes }) })).toMatchObject({
        outcome: "reject",
        reason:
          "The suite or the slice that the route rests on has changed. Land that on its own, so that it is seen and agreed to.",
      });
    }
  });

  it("a target that retires too soon, or has retired", () => {
    const reason = (retiresOn: string) => judge({ target: { ...target, retiresOn } });
    expect(reason("2026-12-01")).toMatchObject({
      outcome: "reject",
      reason: "cand retires on 2026-12-01, in 10 days; the policy asks for 30 days.",
    });
    expect(reason("2026-11-01").reason).toBe("cand retired on 2026-11-01; the policy asks for 30 days.");
    expect(reason("2026-12-21").outcome).toBe("pass");
    expect(reason("2026-12-20").outcome).toBe("reject");
  });

  it("what has no evidence, with the command that makes some", () => {
    const reason = "The suite has no saved run.";
    expect(judge({ evidence: { state: "absent", reason } })).toMatchObject({
      outcome: "reject",
      reason,
      command: COMMAND,
    });
  });

  it("simulated evidence", () => {
    const simulated = evidence({ answers: counts({ n: 60 }), manifest: { source: "simulated" } });
    expect(judge({ evidence: simulated })).toMatchObject({
      outcome: "reject",
      reason: "Run run-1 is simulated: it says nothing about real models.",
      command: COMMAND,
    });
  });

  it("evidence that is too old, or of unknown age", () => {
    expect(judge({ evidence: evidence(undefined, 31) }).outcome).toBe("pass");
    expect(judge({ evidence: evidence(undefined, 31.5) })).toMatchObject({
      outcome: "reject",
      reason: "The evidence is 32 days old, 31 days are allowed.",
      command: COMMAND,
    });
    expect(judge({ evidence: evidence(undefined, Number.NaN) }).reason).toBe(
      "The evidence is of unknown age, 31 days are allowed.",
    );
  });

  it("evidence about another route, another incumbent or another candidate", () => {
    const answers = counts({ n: 60 });
    const others = [
      evidence({ answers, routes: [{ route: "other" }] }),
      evidence({ answers, routes: [{ route: "r", incumbent: "cand" }] }),
      evidence({ answers: { inc: answers.inc, else: answers.cand } }),
    ];
    for (const other of others) {
      expect(judge({ evidence: other })).toMatchObject({
        outcome: "reject",
        reason: "Run run-1 does not compare cand with inc for this route.",
        command: COMMAND,
      });
    }
  });

  it("a verdict made by other rules than the table's", () => {
    const answers = counts({ n: 60 });
    const looser = evidence({ answers, routes: [{ route: "r", policy: { margin: 0.2, p95LatencyMs: 9_000 } }] });
    expect(judge({ evidence: looser })).toMatchObject({
      outcome: "reject",
      reason: "Run run-1 was decided by other rules than the table's (margin, p95LatencyMs).",
    });
    const tags = answers.inc.map(() => ({ language: "de" }));
    const sliced = evidence({ answers, tags, routes: [{ route: "r", slice: { language: "de" } }] });
    expect(judge({ evidence: sliced }).reason).toContain("(slice)");
    const gateOnly = evidence({
      answers,
      routes: [{ route: "r", policy: { maxEvidenceAgeDays: 99, acceptAdvisory: true } }],
    });
    expect(judge({ evidence: gateOnly }).outcome).toBe("pass");
  });

  it("a candidate that fails, with the conditions that it fails on", () => {
    const { inc, cand } = counts({ losses: 20, n: 60 });
    const dear = cand.map((quality) => ({ quality, costUsd: 0.02 }));
    expect(judge({ evidence: evidence({ answers: { inc, cand: dear } }) })).toMatchObject({
      outcome: "reject",
      reason: "cand fails on quality and cost (60 pairs of run run-1).",
    });
  });
});

describe("judgeChange on an open comparison", () => {
  const open = (changes: Partial<Comparison>): Evidence => {
    const made = evidence({ answers: counts({ n: 50 }) });
    if (made.state !== "present") return made;
    const routes: Decision["routes"] = made.decision.routes.map((each) => ({
      ...each,
      comparisons: each.comparisons.map((comparison) => ({ ...comparison, ...changes })),
    }));
    return { ...made, decision: { ...made.decision, routes } };
  };
  const reason = (moreCases: Comparison["moreCases"]) => judge({ evidence: open({ moreCases }) }).reason;

  it("names the cases needed as observed, else those at no difference, else none", () => {
    expect(reason({ atObserved: 75, atNoDifference: 25 })).toContain("; about 75 more cases would settle quality.");
    expect(reason({ atObserved: null, atNoDifference: 25 })).toContain("; about 25 more cases would settle quality.");
    expect(reason({ atObserved: null, atNoDifference: null })).toContain(
      "; no number of cases within reach would settle quality.",
    );
  });
});
