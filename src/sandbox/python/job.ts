import type { PythonJob, PythonReport, PythonTestReport } from "./protocol.ts";
import type { Guest } from "./realm.ts";

type Thrown = { readonly name: string; readonly message: string; readonly kinds: string[] };

/** What the runner in the interpreter wrote, or why it wrote nothing. All of it is the solution's to forge. */
type Said =
  | { readonly state: "loaded" }
  | { readonly state: "returned"; readonly json: string }
  | ({ readonly state: "not-loaded" } & Thrown)
  | ({ readonly state: "threw" } & Thrown)
  | { readonly state: "stopped"; readonly message: string };

/**
 * Runs one solution and its tests in an interpreter made for it. `onTest` hears the index of each test before it starts.
 * What stops the interpreter itself (its stack, `os._exit`) fails this test and the rest, as an error that no test expects.
 */
export function runJob(guest: Guest, job: PythonJob, onTest: (index: number) => void): PythonReport {
  const loaded = read(guest.load(job.code));
  if (isOutOfMemory(loaded, guest)) return { state: "out-of-memory" };
  if (loaded.state === "stopped") return { state: "not-loaded", message: loaded.message };
  if (loaded.state === "not-loaded") {
    const { name, message } = loaded;
    return { state: "not-loaded", message: message === "" ? name : `${name}: ${message}` };
  }
  const tests: PythonTestReport[] = [];
  for (const [index, run] of job.runs.entries()) {
    onTest(index);
    const said = read(guest.test(run));
    if (isOutOfMemory(said, guest)) return { state: "out-of-memory" };
    if (said.state === "stopped") {
      const rest = job.runs
        .slice(index)
        .map(() => ({ state: "threw", name: "InternalError", message: said.message }) as const);
      return { state: "ran", tests: [...tests, ...rest] };
    }
    tests.push(
      said.state === "returned" || said.state === "threw"
        ? said
        : { state: "threw", name: "InternalError", message: "no result" },
    );
  }
  return { state: "ran", tests };
}

function isOutOfMemory(said: Said, guest: Guest): boolean {
  if (said.state === "stopped") return guest.isFull() === true;
  return (said.state === "not-loaded" || said.state === "threw") && said.name === "MemoryError";
}

function read(text: unknown): Said {
  if (typeof text !== "string" || !text.startsWith("=")) {
    const why = typeof text === "string" ? text.slice(1) : "";
    return { state: "stopped", message: why === "" ? "the interpreter stopped" : `the interpreter stopped: ${why}` };
  }
  try {
    return JSON.parse(text.slice(1)) as Said;
  } catch {
    return { state: "stopped", message: "the interpreter stopped: it gave no result" };
  }
}
