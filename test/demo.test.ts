import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { OUTPUTS } from "../src/cli/outputs.ts";
import { RunFileSchema } from "../src/domain/run.ts";
import { ROOT, signalbox } from "./project.ts";

const out = mkdtempSync(join(tmpdir(), "signalbox-demo-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

async function evaluate(suite: string, folder: string, ...more: string[]) {
  const ended = await signalbox(ROOT, ["eval", suite, "--quiet", "--out", join(out, folder), ...more]);
  const latest = join(out, folder, suite, "latest");
  const read = (file: string) => readFileSync(join(latest, file), "utf8");
  return { ended, read, latest };
}

describe("the simulated fleet, which runs where no key is", () => {
  it("says in every output that it is simulated, and how to add a key", async () => {
    const { ended, read } = await evaluate("classification", "once");
    expect(ended.out).toContain("SIMULATED");
    expect(ended.out).toContain(".env");
    for (const file of ["report.html", "summary.md"]) {
      expect(read(file), file).toContain("SIMULATED");
      expect(read(file), file).toContain(".env");
    }
    expect(JSON.parse(read("run.json")).manifest.source).toBe("simulated");
    expect(read("results.csv").split("\n")[1]).toContain("sim-");
  });

  it("gives the same decision, byte for byte, for the same seed, and `report` gives every file back", async () => {
    const first = await evaluate("research", "a", "--limit", "40");
    const second = await evaluate("research", "b", "--limit", "40", "--concurrency", "3");
    const decision = first.read("decision.json");
    expect(second.read("decision.json")).toBe(decision);
    // What the run counted while it wrote its journal is what reading the journal comes to.
    const files = Object.values(OUTPUTS);
    const written = files.map(second.read);
    const again = await signalbox(ROOT, ["report", "research", "--out", join(out, "b")]);
    expect(again.code).toBe(0);
    for (const [at, file] of files.entries()) expect(second.read(file) === written[at], file).toBe(true);
    const other = await evaluate("research", "c", "--limit", "40", "--seed", "2");
    expect(other.read("decision.json")).not.toBe(decision);
  });

  it("writes every file, valid, and points latest at the run", async () => {
    const { latest, read } = await evaluate("code", "files", "--limit", "20");
    for (const file of ["journal.jsonl", "run.json", "decision.json", "results.csv", "report.html", "summary.md"]) {
      expect(existsSync(join(latest, file)), file).toBe(true);
    }
    const run = RunFileSchema.parse(JSON.parse(read("run.json")));
    expect(run.status).toBe("complete");
    expect(run.totals).toMatchObject({ planned: 80, missing: 0, resumed: 0 });
    expect((run.totals?.completed ?? 0) + (run.totals?.failed ?? 0)).toBe(80);
  });

  it("says of a run that was killed, and is only reported, that nobody knows how much of it was there before", async () => {
    const { latest, read } = await evaluate("code", "killed", "--limit", "20");
    const run = JSON.parse(read("run.json"));
    writeFileSync(
      join(latest, "run.json"),
      JSON.stringify({ ...run, status: "running", finishedAt: null, totals: null }),
    );
    expect((await signalbox(ROOT, ["report", "code", "--out", join(out, "killed")])).code).toBe(0);
    const { totals } = RunFileSchema.parse(JSON.parse(read("run.json")));
    expect(totals).toMatchObject({ planned: 80, missing: 0, resumed: null });
    expect(read("report.html")).toContain("0 missing, unknown from an earlier attempt");
  });

  it("never passes the gate", async () => {
    const { ended } = await evaluate("research", "gate", "--limit", "40", "--save-evidence");
    expect(ended.code).toBe(0);
    const table = readFileSync(join(ROOT, "evals/demo/routing.yaml"), "utf8");
    const before = join(out, "before.yaml");
    const after = join(out, "after.yaml");
    writeFileSync(before, table);
    writeFileSync(
      after,
      table.replace("model: sim-summit\n    suite: research", "model: sim-harbour\n    suite: research"),
    );
    const argv = [
      "gate",
      "--before",
      before,
      "--after",
      after,
      "--catalog",
      "evals/demo/models.yaml",
      // What this branch changes of the suite is another matter.
      "--base",
      "HEAD",
      "--out",
      join(out, "gate"),
    ];
    const gate = await signalbox(ROOT, argv);
    expect(gate.code).toBe(1);
    expect(gate.out).toMatch(/REJECT research_synthesis: sim-summit -> sim-harbour\n {2}Run \S+ is simulated/);
  });
});

describe("the plan", () => {
  it("calls nothing and writes nothing", async () => {
    const { code } = await signalbox(ROOT, ["plan", "classification"]);
    expect(code).toBe(0);
  });

  it("counts the judge among the dollars for the cases that a candidate needs", async () => {
    const models = ["--models", "claude-haiku-4.5,claude-sonnet-4.6", "--incumbent", "claude-sonnet-4.6"];
    const env = { ANTHROPIC_API_KEY: "none", OPENAI_API_KEY: "none" };
    const { out } = await signalbox(ROOT, ["plan", "research", ...models, "--judge", "gpt-4o"], { env });
    const [, all] = /estimate: \$([\d.]+)/.exec(out) ?? [];
    const [, cases, dollars] =
      /if as good: (\d+) cases, about \$([\d.]+) with claude-sonnet-4\.6 and the judge/.exec(out) ?? [];
    expect(Number(dollars)).toBeCloseTo((Number(all) * Number(cases)) / 154, 1);
  });
});
