import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Coded, Numbers } from "./coded.ts";

const LENGTH = 40;
const settingsOf = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(fc.nat({ max: LENGTH - 1 }), value), { maxLength: 120 });

describe("Coded", () => {
  it("gives back what was set last, and null where nothing was", () => {
    fc.assert(
      fc.property(settingsOf(fc.option(fc.string({ maxLength: 2 }))), (settings) => {
        const column = new Coded<string>(LENGTH);
        const plain = new Array<string | null>(LENGTH).fill(null);
        for (const [place, value] of settings) {
          column.set(place, value);
          plain[place] = value;
        }
        expect(plain.map((_, place) => column.at(place))).toEqual(plain);
      }),
    );
  });

  it("holds more values than one byte tells apart, and more than two do", () => {
    const length = 70_000;
    const column = new Coded<number>(length);
    for (let place = 0; place < length; place++) column.set(place, place * 3);
    column.set(1, null);
    expect([0, 1, 2, 254, 255, 256, 65_534, 65_535, 65_536, length - 1].map((place) => column.at(place))).toEqual([
      0,
      null,
      6,
      762,
      765,
      768,
      196_602,
      196_605,
      196_608,
      209_997,
    ]);
    expect(column.at(length)).toBeNull();
  });
});

describe("Numbers", () => {
  it("gives back every number exactly, few or many of them, and NaN as null", () => {
    const length = 600;
    const settings = fc.array(fc.tuple(fc.nat({ max: length - 1 }), fc.option(fc.double())), {
      maxLength: 600,
      size: "max",
    });
    fc.assert(
      fc.property(settings, fc.boolean(), (list, full) => {
        const column = new Numbers(length);
        const plain = new Array<number | null>(length).fill(null);
        const all = full ? [...plain.keys()].map((place) => [place, place / 7] as const) : [];
        for (const [place, value] of [...all, ...list]) {
          column.set(place, value);
          plain[place] = value === null || Number.isNaN(value) ? null : value + 0;
        }
        expect(plain.map((_, place) => (column.at(place) === null ? null : (column.at(place) as number) + 0))).toEqual(
          plain,
        );
        expect(column.at(length)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });
});
