import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { buildClient, CLIENT } from "../bench/client.ts";

it("carries the page's program as its sources compile: `npm run client` renews it", async () => {
  expect((await buildClient()) === readFileSync(CLIENT, "utf8")).toBe(true);
});
