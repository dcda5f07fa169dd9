import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { confine } from "./launch.ts";

const BUILD_MS = 120_000;
const building = new Map<string, Promise<string>>();

// Throws if the package is not installed.
function findPyodide(): string {
  const require = createRequire(import.meta.url);
  return realpathSync(dirname(require.resolve("pyodide/package.json")));
}

/**
 * The folder of an image in `cache`, built if there is none for this Pyodide, this Node, these sources and this memory.
 * It appears under its name all at once: of two processes that build it, one wins, and neither sees half of it.
 */
export function ensureImage(cache: string, memoryBytes: number): Promise<string> {
  const pyodide = findPyodide();
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  const folder = join(realpathSync(cache), `python-${fingerprint(pyodide, memoryBytes)}`);
  if (existsSync(folder)) return Promise.resolve(folder);
  const started = building.get(folder) ?? build(pyodide, folder, memoryBytes).finally(() => building.delete(folder));
  building.set(folder, started);
  return started;
}

async function build(pyodide: string, folder: string, memoryBytes: number): Promise<string> {
  const draft = `${folder}.${randomUUID()}`;
  mkdirSync(draft, { mode: 0o700 });
  try {
    const script = fileURLToPath(new URL("build.ts", import.meta.url));
    const flags = [...confine([pyodide, draft]), `--allow-fs-write=${draft}/*`, "--no-warnings"];
    const args = [...flags, script, pyodide, draft, String(memoryBytes)];
    await promisify(execFile)(process.execPath, args, { env: {}, timeout: BUILD_MS });
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function fingerprint(pyodide: string, memoryBytes: number): string {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const sources = readdirSync(here)
    .filter((name) => !name.includes(".test."))
    .sort();
  const hash = createHash("sha256").update(readFileSync(join(pyodide, "package.json")));
  for (const name of sources) hash.update(name).update(readFileSync(join(here, name)));
  return hash.update(`${process.version} ${memoryBytes}`).digest("hex").slice(0, 16);
}
