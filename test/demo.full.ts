import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DecisionSchema } from "../src/domain/decision.ts";
import { ROOT, signalbox } from "./project.ts";

const out = mkdtempSync(join(tmpdir(), "signalbox-demo-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const SUITES = ["research", "code", "classification", "orchestration"];

async function evaluate(suite: string, folder: string) {
  const ended = await signalbox(ROOT, ["eval", suite, "--quiet", "--out", join(out, folder)]);
  const read = (file: string) => readFileSync(join(out, folder, suite, "latest", file), "utf8");
  return { ended, read };
}

describe("the simulated fleet over whole suites", () => {
  const verdicts = new Set<string>();

  // The code suite alone runs some 760 solutions in the sandbox.
  it.each(SUITES)(
    "shows each verdict over %s next to the truth, and approves nothing that is truly worse",
    { timeout: 60_000 },
    async (suite) => {
      const { ended, read } = await evaluate(suite, "once");
      expect(ended.code).toBe(0);
      const decision = DecisionSchema.parse(JSON.parse(read("decision.json")));
      expect(decision.simulated).toBe(true);
      for (const route of decision.routes) {
        verdicts.add(route.verdict);
        expect(route.grade).toBe("simulated");
        for (const { truth, quality, outcome } of route.comparisons) {
          expect(quality).not.toBeNull();
          expect(truth).not.toBeNull();
          if (outcome === "passes") expect(truth?.value).toBeGreaterThan(-route.policy.margin);
        }
      }
    },
  );

  it("shows a switch, a keep and an inconclusive over the suites", () => {
    expect([...verdicts].sort()).toEqual(["inconclusive", "keep", "switch"]);
  });
});

describe("the plan", () => {
  it.each(SUITES)("shows power of at least 0.8 at no difference, after Holm, for %s", async (suite) => {
    const { code, out: text } = await signalbox(ROOT, ["plan", suite, "--json"]);
    expect(code).toBe(0);
    const plan = JSON.parse(text) as { power: { power: number; family: number; margin: number }[] };
    expect(plan.power.length).toBeGreaterThan(0);
    for (const { power, family } of plan.power) {
      expect(family).toBeGreaterThanOrEqual(3);
      expect(power).toBeGreaterThanOrEqual(0.8);
    }
  });
});
