import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupCases } from "./groups.ts";
import { makeRun } from "./run.fixtures.ts";

const plain = (groups: ReturnType<typeof groupCases>) =>
  Array.from(groups, ({ place, members }) => ({ place, members: [...members] }));

describe("groupCases", () => {
  it("makes one unit of a cluster, in its place once it is complete", () => {
    const { cases } = makeRun({ answers: { inc: [1, 1, 1, 1] }, clusters: ["k", undefined, "k", undefined] });
    expect(plain(groupCases(cases, [0, 1, 2, 3]))).toEqual([
      { place: 2, members: [1] },
      { place: 3, members: [0, 2] },
      { place: 4, members: [3] },
    ]);
  });

  it("keeps a cluster apart from a case of the same name", () => {
    const { cases } = makeRun({ answers: { inc: [1, 1] }, clusters: [undefined, "case-0"] });
    expect(groupCases(cases, [0, 1])).toHaveLength(2);
  });

  it("takes every second unit, clusters whole", () => {
    const { cases } = makeRun({ answers: { inc: [1, 1, 1, 1] }, clusters: ["k", undefined, "k", undefined] });
    const groups = groupCases(cases, [0, 1, 2, 3]);
    expect(plain(groups.everySecond(0))).toEqual([
      { place: 2, members: [1] },
      { place: 4, members: [3] },
    ]);
    expect(plain(groups.everySecond(1))).toEqual([{ place: 3, members: [0, 2] }]);
  });

  it("puts every case into one unit, clusters together, in the order in which units are complete", () => {
    const names = fc.array(fc.option(fc.constantFrom("x", "y", "z"), { nil: undefined }), { maxLength: 30 });
    fc.assert(
      fc.property(names, (clusters) => {
        const cases = clusters.map((clusterId, index) => ({ id: `c-${index}`, tags: {}, clusterId }));
        const asked = cases.flatMap((_, index) => (index % 4 === 3 ? [] : [index]));
        const groups = plain(groupCases(cases, asked));
        expect(groups.flatMap(({ members }) => members).sort((a, b) => a - b)).toEqual(asked);
        for (const { members } of groups) {
          expect(members).toEqual(members.toSorted((a, b) => a - b));
          expect(new Set(members.map((index) => clusters[index] ?? index)).size).toBe(1);
        }
        expect(groups.map(({ members }) => asked.indexOf(members.at(-1) ?? -1) + 1)).toEqual(
          groups.map(({ place }) => place),
        );
        const places = groups.map(({ place }) => place);
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        const units = asked.map((index) => clusters[index] ?? index);
        expect(groups).toHaveLength(new Set(units).size);
      }),
      { numRuns: 100 },
    );
  });
});
