import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { main } from "../src/cli/main.ts";
import { systemClock, type World } from "../src/cli/world.ts";
import type { Clock } from "../src/ports.ts";

export const ROOT = resolve(import.meta.dirname, "..");
const DEFINE = join(ROOT, "src/suite/define.ts");

/** The machine's clock, on the day on which the prices of the tests' catalogues were young. */
const DAY = Date.parse("2026-11-22T12:00:00Z");
export const TEST_CLOCK: Clock = { ...systemClock, now: () => DAY + performance.now() };

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in-process, as a stranger's shell without keys would. */
export async function signalbox(cwd: string, argv: readonly string[], changes: Partial<World> = {}): Promise<Ended> {
  let out = "";
  let err = "";
  const world: World = {
    argv,
    cwd,
    env: {},
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    ask: undefined,
    isTerminal: false,
    columns: 80,
    clock: TEST_CLOCK,
    fetch: () => Promise.reject(new Error("a test reached for the network")),
    onInterrupt: () => () => {},
    ...changes,
  };
  const code = await main(world);
  return { code, out, err };
}

/** A project of its own in a temporary folder; `files` by path. Gone when the test ends. */
export function makeProject(files: Readonly<Record<string, string>>): {
  readonly root: string;
  [Symbol.dispose](): void;
} {
  const root = mkdtempSync(join(tmpdir(), "signalbox-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

/** The text of a suite file. `body` is what stands in the braces besides id, title and dataset. */
export function suiteFile(id: string, body: string): string {
  return `import { defineSuite } from ${JSON.stringify(DEFINE)};
export default defineSuite({ id: ${JSON.stringify(id)}, title: "T", dataset: "datasets/${id}.jsonl", ${body} });
`;
}

/** JSON values, one a line. */
export function jsonl(values: readonly unknown[]): string {
  return `${values.map((value) => JSON.stringify(value)).join("\n")}\n`;
}

const price = (input: number, output: number) =>
  `price: { input: ${input}, output: ${output}, source: made up, checkedAt: 2026-11-01 }`;

/** A catalogue of two models of one real dialect; beta costs half of alpha. */
export const CATALOG = `providers:
  first: { dialect: openai, baseURL: "http://127.0.0.1:9/v1", keyVariable: FIRST_API_KEY }
models:
  - { id: alpha, provider: first, model: alpha-1, family: a, ${price(1, 2)} }
  - { id: beta, provider: first, model: beta-1, family: b, ${price(0.5, 1)} }
`;
