import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { buildClient, buildTemplates, CLIENT, TEMPLATES } from "../bench/client.ts";

it("carries the page's program as its sources compile: `npm run client` renews it", async () => {
  expect((await buildClient()) === readFileSync(CLIENT, "utf8")).toBe(true);
});

it("carries its templates as they compile: `npm run client` renews them", async () => {
  expect((await buildTemplates()) === readFileSync(TEMPLATES, "utf8")).toBe(true);
});
