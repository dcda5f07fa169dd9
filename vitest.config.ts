import { defineConfig } from "vitest/config";

/** The quick suite: threads without isolation, nothing that kills, browses or needs recorded data. */
export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    pool: "threads",
    isolate: false,
    // Every core: the default leaves one idle, which is half of a small machine.
    maxWorkers: "100%",
    testTimeout: 20_000,
  },
});
