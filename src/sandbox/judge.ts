import type { CodeOutcome, CodeTest } from "../domain/code.ts";
import type { JobReport, TestReport } from "./protocol.ts";
import { cut, equal, readExpected, readReturned, show } from "./values.ts";

type Judged =
  | { readonly state: "passed" }
  | { readonly state: "failed"; readonly expected: string; readonly got: string }
  | { readonly state: "error"; readonly message: string };

/** Turns what a job did into what became of the solution. Here, outside the sandbox, is the only place that knows `expected`. */
export function judge(tests: readonly CodeTest[], report: JobReport, deadlineMs: number): CodeOutcome {
  switch (report.state) {
    case "not-loaded":
      return { state: "error", message: cut(report.message) };
    case "timeout":
      return report.test === undefined
        ? { state: "timeout", deadlineMs }
        : { state: "timeout", deadlineMs, test: nameOf(tests, report.test) };
    case "ran":
      return decide(tests, report.tests);
    default:
      return report;
  }
}

function decide(tests: readonly CodeTest[], reports: readonly TestReport[]): CodeOutcome {
  if (reports.length !== tests.length) {
    return { state: "crashed", reason: `${reports.length} reports for ${tests.length} tests` };
  }
  const judged = tests.map((test, index) => judgeTest(test, reports[index]!));
  const counts = { passedTests: judged.filter((each) => each.state === "passed").length, tests: tests.length };
  const index = judged.findIndex((each) => each.state !== "passed");
  const first = judged[index];
  if (first === undefined || first.state === "passed") return { state: "passed", tests: tests.length };
  return { ...first, test: nameOf(tests, index), ...counts };
}

function judgeTest(test: CodeTest, report: TestReport): Judged {
  const wanted = test.throws === undefined ? undefined : test.throws === true ? "an error" : test.throws;
  const expected = wanted === undefined ? show(readExpected(test.expected)) : `throws ${wanted}`;
  if (report.state === "never-settled") return { state: "failed", expected, got: "a promise that never settled" };
  if (report.state === "threw") {
    const threw = cut(report.message === "" ? report.name : `${report.name}: ${report.message}`);
    if (wanted === undefined) return { state: "error", message: threw };
    const kinds = report.kinds ?? [report.name];
    const meant = test.throws === true ? !isExit(kinds) : kinds.includes(wanted);
    const passed = meant && !isAccident(report);
    return passed ? { state: "passed" } : { state: "failed", expected, got: cut(`threw ${threw}`) };
  }
  const value = readReturned(report.json);
  if (wanted !== undefined) return { state: "failed", expected, got: cut(`returned ${show(value)}`) };
  return equal(value, readExpected(test.expected))
    ? { state: "passed" }
    : { state: "failed", expected, got: show(value) };
}

// Running out of stack (QuickJS may call that a SyntaxError) is not the refusal that a test asks for.
function isAccident({ name, message }: { readonly name: string; readonly message: string }): boolean {
  return name === "InternalError" || name === "RecursionError" || message === "stack overflow";
}

// In Python, `exit()` raises as well, but no error.
function isExit(kinds: readonly string[]): boolean {
  return kinds.includes("BaseException") && !kinds.includes("Exception");
}

function nameOf(tests: readonly CodeTest[], index: number): string {
  return tests[index]?.name ?? `test ${index + 1}`;
}
