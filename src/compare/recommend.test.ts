import { describe, expect, it } from "vitest";
import { ModelSchema } from "../domain/model.ts";
import { PolicySchema } from "../domain/policy.ts";
import { RouteSchema } from "../domain/routing.ts";
import { familyOfRuns } from "./family.ts";
import { type Audited, inOrder, recommend } from "./recommend.ts";
import type { EvidenceState, ModelNow } from "./refusal.ts";
import { type AnswerSpec, counts, makeRun, PRICE, random } from "./run.fixtures.ts";

const NOW = Date.UTC(2026, 10, 20);
const HASH = "0".repeat(64);

function modelNow(id: string, changes: object = {}): [string, ModelNow] {
  const model = ModelSchema.parse({ id, provider: "p", model: id, family: id, price: PRICE, ...changes });
  return [id, { model, sent: {}, endpoint: HASH, parameters: HASH, price: HASH }];
}

function evidence(answers: Record<string, readonly AnswerSpec[]>, policy: object): EvidenceState {
  const run = makeRun({ answers, routes: [{ route: "r", volume: 1_000, policy: PolicySchema.parse(policy) }] });
  const ledger = { entries: [], digest: (text: string) => text };
  const members = familyOfRuns([{ run, random, ledger, turned: new Set() }]);
  return {
    state: "present",
    run: "run-1",
    source: "live",
    ageDays: 3,
    models: [],
    served: new Map(),
    grade: "certified",
    gradeReason: "",
    unattested: undefined,
    slices: new Map([["r", {}]]),
    members: members.map((member) => ({ ...member, recorded: true })),
  };
}

const NONE: EvidenceState = { state: "refused", reason: "The suite has no saved evidence.", settle: true };
const { inc, cand } = counts({ n: 120 });
const dear = cand.map((quality) => ({ quality, costUsd: 0.05 }));

function audit(given: { answers?: Record<string, readonly AnswerSpec[]>; policy?: object } & Partial<Audited> = {}) {
  const { answers, policy = {}, ...changes } = given;
  return recommend(
    {
      route: "r",
      current: RouteSchema.parse({ model: "inc", suite: "suite" }),
      proven: "inc",
      policy: PolicySchema.parse(policy),
      volume: 1_000,
      override: null,
      evidence: answers === undefined ? NONE : evidence(answers, policy),
      moved: undefined,
      models: new Map([modelNow("inc"), modelNow("cand"), modelNow("third")]),
      gone: undefined,
      flags: {},
      ...changes,
    },
    NOW,
  );
}

describe("recommend", () => {
  it("finds a route over-provisioned where something that pays is good enough: the cheapest of them", () => {
    const third = cand.map((quality) => ({ quality, costUsd: 0.001 }));
    expect(audit({ answers: { inc, cand, third } })).toMatchObject({
      standing: "over-provisioned",
      verdict: "switch",
      candidate: "third",
      monthlySaving: { value: expect.closeTo(270, 6) },
      grade: "certified",
    });
  });

  it("recommends nothing that the gate would refuse", () => {
    const models = new Map([modelNow("inc"), modelNow("cand", { retiresOn: "2026-12-01" })]);
    expect(audit({ answers: { inc, cand }, models })).toMatchObject({
      standing: "no-evidence",
      verdict: null,
      reason: "cand retires on 2026-12-01, in 11 days; the policy asks for 30 days.",
    });
  });

  it("finds a route under-served where something dearer is shown to be better", () => {
    const worse = counts({ wins: 40, n: 120 }).inc;
    expect(audit({ answers: { inc: worse, cand: dear } })).toMatchObject({
      standing: "under-served",
      verdict: "keep",
      candidate: "cand",
      reason: expect.stringMatching(/^cand is shown to be better\. cand fails on cost/),
      monthlySaving: { value: expect.closeTo(-1200, 6) },
    });
  });

  it("finds it under-served where its model goes soon, or is gone", () => {
    const going = (retiresOn: string) =>
      audit({ answers: { inc, cand: dear }, models: new Map([modelNow("inc", { retiresOn }), modelNow("cand")]) });
    expect(going("2026-12-10")).toMatchObject({
      standing: "under-served",
      reason: expect.stringMatching(/^inc retires on/),
    });
    expect(going("2026-11-01").reason).toMatch(/^inc retired on 2026-11-01\./);
    expect(audit({ models: new Map() }).reason).toMatch(/^inc is not in the catalogue any more\./);
  });

  it("keeps a route where candidates fail, and leaves it open where cases are short", () => {
    expect(audit({ answers: { inc, cand: dear } })).toMatchObject({ standing: "well-placed", verdict: "keep" });
    expect(audit({ answers: { inc: inc.slice(0, 40), cand: cand.slice(0, 40) } })).toMatchObject({
      standing: "open",
      verdict: "inconclusive",
      command: "npm run eval suite -- --models inc,cand --incumbent r=inc --save-evidence",
    });
  });

  it("says what is missing where there is no evidence", () => {
    expect(audit()).toMatchObject({
      standing: "no-evidence",
      verdict: null,
      candidate: null,
      reason: "The suite has no saved evidence.",
      command: "npm run eval suite -- --save-evidence",
    });
  });

  it("judges from the model that was let through on evidence, and names the exception", () => {
    const current = RouteSchema.parse({ model: "third", suite: "suite" });
    expect(audit({ answers: { inc, cand }, current })).toMatchObject({
      verdict: "switch",
      notes: ["third serves by exception; inc was let through on evidence."],
    });
  });

  it("puts over-provisioned routes first, by what they save, and those without evidence last", () => {
    const switched = audit({ answers: { inc, cand } });
    const list = [audit(), { ...switched, route: "small" }, audit({ answers: { inc, cand: dear } })];
    const more = { ...switched, route: "large", monthlySaving: { value: 9_999, interval: null, n: 1 } };
    expect(inOrder([...list, more]).map(({ route, standing }) => `${route} ${standing}`)).toEqual([
      "large over-provisioned",
      "small over-provisioned",
      "r well-placed",
      "r no-evidence",
    ]);
  });
});
