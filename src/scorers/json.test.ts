import { describe, expect, it } from "vitest";
import { lastJson } from "./json.ts";
import { timeOf } from "./scorers.fixtures.ts";

const anything = (value: unknown) => value;
const withA = (value: unknown) => ((value as { a?: unknown }).a === undefined ? undefined : value);

describe("lastJson", () => {
  it.each([
    ["one alone", '{"a": 1}', { a: 1 }],
    ["prose and a fence around it", 'Sure:\n```json\n{"a": 1}\n```\nDone {see above}.', { a: 1 }],
    ["the last of two", '{"a": 1} and {"a": 2}', { a: 2 }],
    ["the outer of two", '{"a": {"a": 2}}', { a: { a: 2 } }],
    ["the inner where the outer is not meant", '{"b": {"a": 2}}', { a: 2 }],
    ["braces and quotes in a text", '{"a": "} \\" {"}', { a: '} " {' }],
    ["one before an open brace", '{"a": 1} {', { a: 1 }],
  ])("finds %s", (_name, text, value) => {
    expect(lastJson(text, withA)).toEqual(value);
  });

  it.each(["", "{", "}", "no JSON", "{a: 1}", "[1]", '{"b": 1}'])("finds nothing in %j", (text) => {
    expect(lastJson(text, withA)).toBeUndefined();
  });

  it.each([
    ["open braces", "{".repeat(200_000)],
    ["closing braces", `{${"}".repeat(200_000)}`],
    ["pairs", "{}".repeat(100_000)],
    ["nested braces", "{".repeat(100_000) + "}".repeat(100_000)],
    ["open objects", '{"a":1,'.repeat(30_000)],
    ["nested objects", `${'{"b":'.repeat(33_000)}1${"}".repeat(33_000)}`],
  ])("stays quick over 200 kB of %s", (_name, text) => {
    expect(timeOf(() => lastJson(text, withA))).toBeLessThan(1_000);
  });

  it("still finds what ends such a text", () => {
    expect(lastJson(`${"{".repeat(200_000)} {"a": 1}`, anything)).toEqual({ a: 1 });
  });
});
