import { expect, it } from "vitest";
import { RouteSchema } from "../domain/routing.ts";
import { namingOf } from "./renamed.ts";

const MODELS = ["alpha", "beta"].map((id) => ({ id, provider: "p", model: `${id}-1` }));
const version = (
  model: string,
  name: string,
  names: Record<string, string> = {},
  fallbacks: [string, string][] = [],
) => ({
  route: RouteSchema.parse({ model, suite: "s", fallbacks: fallbacks.map(([id]) => id) }),
  named: { model: name, fallbacks: fallbacks.map(([, each]) => each) },
  source: { file: "f.yaml", format: "locator" as const, names, tasks: {} },
});
const named = (...[before, after]: [ReturnType<typeof version>, ReturnType<typeof version>]) => {
  const { renamed, notes } = namingOf(before, after, MODELS);
  return [...renamed.map(({ about, id }) => `${about} ${id}`), ...notes];
};

it("asks nothing where the catalogue itself says that two names are one model", () => {
  expect(named(version("alpha", "alpha"), version("alpha", "p/alpha-1"))).toEqual([]);
  expect(named(version("alpha", "mine", { mine: "alpha" }), version("alpha", "alpha-1"))).toEqual([]);
  expect(named(version("alpha", "mine", { mine: "alpha" }), version("alpha", "mine", { mine: "alpha" }))).toEqual([]);
});

it("sees a model and a fallback that are the same by source.names alone, in whatever version they stand", () => {
  const names = { other: "alpha" };
  expect(named(version("alpha", "alpha-1"), version("alpha", "other", names))).toEqual(["model alpha"]);
  expect(named(version("alpha", "alpha-1", names), version("alpha", "other", names))).toEqual(["model alpha"]);
  const [before, after] = [
    version("beta", "beta", {}, [["alpha", "alpha"]]),
    version("beta", "beta", names, [["alpha", "other"]]),
  ];
  expect(named(before, after)).toEqual(["fallback alpha"]);
});

it("notes a switch to a model whose name only this change explains", () => {
  const [before, names] = [version("alpha", "alpha"), { other: "beta" }];
  expect(named(before, version("beta", "other", names))).toEqual([
    'f.yaml calls beta "other": so says source.names of this change alone.',
  ]);
  expect(named({ ...before, source: { ...before.source, names } }, version("beta", "other", names))).toEqual([]);
});

it("lets what stood before an exception be put back by the name that the old table knew, and by no other", () => {
  const names = { other: "alpha" };
  // alpha is proven, beta-1 serves by exception.
  expect(named(version("alpha", "beta-1", names), version("alpha", "other", names))).toEqual([]);
  expect(named(version("alpha", "beta-1"), version("alpha", "other", names))).toEqual(["model alpha"]);
});
