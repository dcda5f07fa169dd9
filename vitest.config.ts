import { defineConfig } from "vitest/config";

/** The quick suite: threads without isolation, nothing that kills, browses or needs recorded data. */
export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    pool: "threads",
    isolate: false,
    testTimeout: 20_000,
  },
});
