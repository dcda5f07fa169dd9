import fc from "fast-check";
import { expect, it } from "vitest";
import { CaseTable } from "./case-table.ts";

const text = fc.string({ maxLength: 5 });
const anyFacts = fc.uniqueArray(
  fc.record({
    id: text,
    tags: fc.dictionary(text, text, { maxKeys: 3 }),
    clusterId: fc.option(fc.constantFrom("x", "y"), { nil: undefined }),
  }),
  { selector: ({ id }) => id, maxLength: 50 },
);

it("gives the facts of cases as they were taken in", () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const columns = new CaseTable();
      for (const fact of facts) columns.add(fact);
      expect([...columns]).toEqual(facts);
      expect([...columns.entries()]).toEqual([...facts.entries()]);
      expect([...columns.keys()]).toEqual([...facts.keys()]);
      expect(columns.at(facts.length)).toBeUndefined();
    }),
    { numRuns: 100 },
  );
});

it("reads tags of any number of kinds", () => {
  const columns = new CaseTable();
  const tagsOf = (at: number) => ({ page: `p-${at}` });
  for (let at = 0; at < 3_000; at++) columns.add({ id: `c-${at}`, tags: tagsOf(at), clusterId: undefined });
  expect([0, 2_999, 1].map((at) => columns.at(at)?.tags)).toEqual([tagsOf(0), tagsOf(2_999), tagsOf(1)]);
});
