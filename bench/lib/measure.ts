import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { ROOT } from "../../test/project.ts";

const Usage = z.object({ cpuMs: z.number(), peakMiB: z.number() });

/** What one process took. */
export interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a script of the project in a process of its own and measures it from start to end. */
export async function measure(
  script: string,
  argv: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-usage-"));
  const file = join(folder, "usage.json");
  try {
    const began = performance.now();
    const child = spawn(process.execPath, ["--import", join(ROOT, "bench/lib/usage.js"), join(ROOT, script), ...argv], {
      cwd: options.cwd,
      env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", SIGNALBOX_USAGE: file, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const texts = { out: "", err: "" };
    child.stdout.on("data", (chunk: Buffer) => {
      texts.out += chunk.toString("utf8");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      texts.err += chunk.toString("utf8");
    });
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    const wallMs = performance.now() - began;
    return { wallMs, ...Usage.parse(JSON.parse(readFileSync(file, "utf8"))), code, ...texts };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The middle one of several measurements, by wall time. */
export function median(runs: readonly Measured[]): Measured {
  return runs.toSorted((a, b) => a.wallMs - b.wallMs)[Math.floor(runs.length / 2)] as Measured;
}
