import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Stratum } from "../compare/label-pairs.ts";
import type { PairLabel } from "../domain/label.ts";
import { seenHash } from "./label-hash.ts";
import { allocate, isSwapped, itemOf, type LabelItem, openItems } from "./label-queue.ts";

const sizesOf = (disagreement: number, decided: number, tied: number) =>
  new Map<Stratum, number>([
    ["disagreement", disagreement],
    ["decided", decided],
    ["tied", tied],
  ]);

describe("allocate", () => {
  it("draws disagreement at three times the rate of ties, and decided pairs at twice", () => {
    expect([...allocate(sizesOf(100, 100, 100), 120).values()]).toEqual([60, 40, 20]);
  });

  it("draws all where there are few, and gives the rest to the others", () => {
    expect([...allocate(sizesOf(5, 200, 200), 300).values()]).toEqual([5, 197, 98]);
    expect([...allocate(sizesOf(3, 2, 1), 120).values()]).toEqual([3, 2, 1]);
  });

  it("never draws more than there are, and two of each that has them", () => {
    const size = fc.nat(400);
    fc.assert(
      fc.property(size, size, size, fc.integer({ min: 2, max: 500 }), (a, b, c, wanted) => {
        const sizes = sizesOf(a, b, c);
        const shares = allocate(sizes, wanted);
        for (const [stratum, of] of sizes) {
          const share = shares.get(stratum) ?? 0;
          expect(share).toBeLessThanOrEqual(of);
          expect(share).toBeGreaterThanOrEqual(Math.min(of, 2));
        }
        const drawn = [...shares.values()].reduce((sum, share) => sum + share, 0);
        expect(drawn).toBeLessThanOrEqual(Math.min(wanted, a + b + c) + 7);
      }),
    );
  });
});

const question = seenHash("q");
const item = (id: string, shared: boolean): LabelItem => ({
  ...{ caseId: id, question, texts: [`${id} a`, `${id} b`], stratum: "tied", probability: 1, shared },
  id: itemOf(labelOn(id, "nobody")),
});

function labelOn(id: string, who: string): PairLabel {
  const [left, right] = [seenHash(`${id} a`), seenHash(`${id} b`)];
  return {
    kind: "pair",
    id: `${id} ${who}`,
    case: id,
    question,
    who,
    at: "2026-11-22T00:00:00Z",
    drawn: null,
    left,
    right,
    vote: "tie",
  };
}

describe("openItems", () => {
  const queue = [item("one", true), item("two", false), item("three", false)];
  const ids = (labels: readonly PairLabel[], who: string) => openItems(queue, labels, who).map(({ caseId }) => caseId);

  it("asks everybody about shared pairs, and one person about each other", () => {
    const labels = [labelOn("one", "anna"), labelOn("two", "anna")];
    expect(ids(labels, "anna")).toEqual(["three"]);
    expect(ids(labels, "bo")).toEqual(["one", "three"]);
  });

  it("knows a pair whichever side its answers stood on", () => {
    const { left, right, ...rest } = labelOn("two", "anna");
    expect(ids([{ ...rest, left: right, right: left }], "bo")).toEqual(["one", "three"]);
  });
});

describe("the sides", () => {
  it("are the same for who comes back, and by chance over pairs and people", () => {
    const swapped = Array.from({ length: 400 }, (_, at) => isSwapped({ id: String(at) }, "anna"));
    expect(Array.from({ length: 400 }, (_, at) => isSwapped({ id: String(at) }, "anna"))).toEqual(swapped);
    const share = swapped.filter(Boolean).length / 400;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.1);
    expect(Array.from({ length: 400 }, (_, at) => isSwapped({ id: String(at) }, "bo"))).not.toEqual(swapped);
  });
});
