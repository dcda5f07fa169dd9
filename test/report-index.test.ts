import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { reportFixture } from "../src/report/html/fixtures/report.fixtures.ts";
import { ROOT, signalbox } from "./project.ts";

const out = mkdtempSync(join(tmpdir(), "signalbox-index-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const report = () => signalbox(ROOT, ["report", "--out", out]);

it("says what to do where there is no run, whatever else lies in the folder", async () => {
  writeFileSync(join(out, "README.md"), "not a run\n");
  mkdirSync(join(out, "evidence"));
  const ended = await report();
  expect(ended.code).toBe(2);
  expect(ended.err).toContain("There is no saved run. Make one: npm run eval research");
});

it("writes an index over the runs that it can read, and names those that it cannot", async () => {
  const { run, decision } = reportFixture({ cases: 12 });
  const whole = join(out, "research", "20261122-100000-aaaa");
  mkdirSync(whole, { recursive: true });
  writeFileSync(join(whole, "run.json"), JSON.stringify(run));
  writeFileSync(join(whole, "decision.json"), JSON.stringify(decision));
  const torn = join(out, "research", "20261122-110000-bbbb");
  cpSync(whole, torn, { recursive: true });
  writeFileSync(join(torn, "decision.json"), "{");
  const ended = await report();
  expect(ended).toMatchObject({ code: 0 });
  const page = readFileSync(join(out, "index.html"), "utf8");
  expect(page).toContain('href="research/20261122-100000-aaaa/report.html"');
  expect(page).toContain("research/20261122-110000-bbbb: decision.json is not JSON");
});
