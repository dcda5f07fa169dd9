import { afterAll, describe, expect, it } from "vitest";
import { createSandbox } from "../src/sandbox/sandbox.ts";
import { RECORDED_DIR, readRecorded } from "./recorded-data.ts";

interface Task {
  readonly task_id: string;
  readonly prompt: string;
  readonly entry_point: string;
  readonly test_code: string;
  readonly reference_solution: string;
}

interface Sample {
  readonly task_id: string;
  readonly model: string;
  readonly code: string;
  readonly recorded_pass: boolean;
}

// Recorded with `import math` at hand, which the sample itself lacks.
const DISPUTED = ["HumanEval/133"];

describe.skipIf(RECORDED_DIR === "")("HumanEval, with real samples", () => {
  const sandbox = createSandbox({ python: { workers: 2, deadlineMs: 15_000 } });
  afterAll(() => sandbox.close());

  const tasks = RECORDED_DIR === "" ? [] : readRecorded<Task>("humaneval/tasks.jsonl");
  const byId = new Map(tasks.map((task) => [task.task_id, task]));
  // Their tests are a function `check(candidate)` that asserts: it is defined and called in the body of one test.
  const passes = async (code: string, { test_code, entry_point }: Task) => {
    const tests = [{ run: `${test_code}\ncheck(${entry_point})\nreturn True`, expected: true }];
    return (await sandbox.run({ language: "python", code, tests })).state;
  };

  it("passes all 164 reference solutions", async () => {
    const states = await Promise.all(tasks.map((task) => passes(task.prompt + task.reference_solution, task)));
    expect(tasks.filter((_, index) => states[index] !== "passed").map(({ task_id }) => task_id)).toEqual([]);
    expect(tasks).toHaveLength(164);
  });

  it("agrees with the recorded flags of the GPT-4 samples", async () => {
    const samples = readRecorded<Sample>("humaneval/samples.jsonl");
    // One system wrote whole functions, the other mostly the body that goes on where the prompt ends.
    const whole = ({ code }: Sample, task: Task): string =>
      code.includes(`def ${task.entry_point}(`) ? code : task.prompt + code;
    const started = performance.now();
    const states = await Promise.all(
      samples.map((sample) => {
        const task = byId.get(sample.task_id) as Task;
        return passes(whole(sample, task), task);
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    const differing = samples.filter(({ recorded_pass }, index) => (states[index] === "passed") !== recorded_pass);
    const agreement = `${samples.length - differing.length} of ${samples.length} agree with the recorded flag`;
    process.stdout.write(
      `HumanEval: ${agreement}; ${((seconds * 100) / samples.length).toFixed(1)} s per 100 samples\n`,
    );
    expect(samples).toHaveLength(328);
    expect(states).not.toContain("crashed");
    expect(states).not.toContain("refused");
    for (const { task_id, model } of differing) expect(DISPUTED, `${task_id} of ${model}`).toContain(task_id);
  });
});
