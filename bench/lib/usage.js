// Loaded into a measured process (node --import): leaves its CPU time and peak memory where the measuring one asked for it.
// Plain JavaScript, so that it adds no compiler to what is measured.
import { writeFileSync } from "node:fs";

const file = process.env.SIGNALBOX_USAGE;
if (file !== undefined) {
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    writeFileSync(file, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1_000, peakMiB: maxRSS / 1_024 }));
  });
}
