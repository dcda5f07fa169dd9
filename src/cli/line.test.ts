import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lineCodeOf } from "../providers/http-line.ts";
import { openLine } from "./line.ts";

const proxy = createServer((request, response) => response.end(`by proxy: ${request.url}`));
let address = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(() => proxy.close());

const ask = async (env: Record<string, string>) => (await openLine(env)("http://far.test/v1")).text();

it("takes the proxy from the usual variables, in either spelling, with or without a scheme", async () => {
  const expected = "by proxy: http://far.test/v1";
  expect(await ask({ HTTP_PROXY: `http://${address}` })).toBe(expected);
  expect(await ask({ http_proxy: address, HTTP_PROXY: "http://127.0.0.1:1" })).toBe(expected);
  expect(await ask({ HTTP_PROXY: address, NO_PROXY: "elsewhere.test" })).toBe(expected);
});

it("goes past the proxy where it may, and needs none", async () => {
  await expect(ask({ HTTP_PROXY: address, no_proxy: "far.test" })).rejects.toSatisfy((error) =>
    /ENOTFOUND|EAI_AGAIN/.test(lineCodeOf(error) ?? ""),
  );
  await expect(ask({ HTTP_PROXY: "" })).rejects.toSatisfy((error) =>
    /ENOTFOUND|EAI_AGAIN/.test(lineCodeOf(error) ?? ""),
  );
});

it("does not connect through what is no proxy", async () => {
  for (const HTTP_PROXY of ["http://", "ftp://127.0.0.1:1"]) {
    await expect(ask({ HTTP_PROXY })).rejects.toSatisfy((error) => lineCodeOf(error) !== undefined);
  }
});
