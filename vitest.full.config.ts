import { defineConfig } from "vitest/config";

/** The slow suite: whole processes, kills, hostile programs, Chromium, recorded data. */
export default defineConfig({
  test: {
    include: ["test/**/*.full.ts"],
    pool: "forks",
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // A browser on a busy machine takes its time; what never comes still fails.
    expect: { poll: { timeout: 20_000 } },
  },
});
