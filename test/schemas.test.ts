import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import { XmlDocument } from "libxml2-wasm";
import { afterAll, expect, it } from "vitest";
import { reportFixture } from "../src/report/html/fixtures/report.fixtures.ts";
import { ROOT, signalbox } from "./project.ts";

// What the command line really writes, against the schemas as they are published in docs/schemas/.

const out = mkdtempSync(join(tmpdir(), "signalbox-schemas-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const ajv = new Ajv2020({ strict: true, allErrors: true });
ajvFormats.default(ajv);
const compiled = new Map<string, ValidateFunction>();

function validatorOf(name: string): ValidateFunction {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const made = ajv.compile(JSON.parse(readFileSync(join(ROOT, `docs/schemas/${name}.schema.json`), "utf8")));
  compiled.set(name, made);
  return made;
}

interface Written {
  readonly run: { readonly status: string; readonly totals: { readonly missing: number; readonly resumed: number } };
}

async function evaluated(suite: string, folder: string, ...more: string[]): Promise<Written> {
  await signalbox(ROOT, ["eval", suite, "--quiet", "--out", join(out, folder), ...more]);
  const read = (file: string) => readFileSync(join(out, folder, suite, "latest", file), "utf8");
  for (const name of ["run", "decision"]) {
    const validate = validatorOf(name);
    expect(validate(JSON.parse(read(`${name}.json`))), ajv.errorsText(validate.errors)).toBe(true);
  }
  XmlDocument.fromString(read("junit.xml")).dispose();
  return { run: JSON.parse(read("run.json")) };
}

it.each([
  ["research", []],
  ["classification", ["--until-decided"]],
  ["orchestration", ["--repeats", "2"]],
])("what a run of %s writes is valid: %j", async (suite, more) => {
  const { run } = await evaluated(suite, suite, "--limit", "24", ...more);
  expect(run.status).toBe("complete");
});

it("what a run writes that stopped half-way is valid, and so it is once the run was gone on with", async () => {
  const { run } = await evaluated("research", "resumed", "--limit", "24", "--max-spend", "0.3");
  expect(run.status).toBe("incomplete");
  expect(run.totals.missing).toBeGreaterThan(0);
  const { run: resumed } = await evaluated("research", "resumed", "--limit", "24", "--resume");
  expect(resumed.status).toBe("complete");
  expect(resumed.totals.resumed).toBeGreaterThan(0);
});

it("a file that is not what it should be is refused", () => {
  const { run, decision } = reportFixture({ cases: 4 });
  const [isRun, isDecision] = [validatorOf("run"), validatorOf("decision")];
  expect([isRun(run), isDecision(decision)]).toEqual([true, true]);
  expect(isRun({ ...run, status: "done" })).toBe(false);
  expect(isDecision({ ...decision, version: 2 })).toBe(false);
  expect(isDecision({ ...decision, more: 1 })).toBe(false);
});
