import { describe, expect, it } from "vitest";
import { exactNonInferiority } from "./exact.ts";
import { lookPlan } from "./looks.ts";
import { bettingPower, casesForPower, criticalWins, exactPower } from "./power.ts";

/** mulberry32: a seeded stream for tests. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("criticalWins", () => {
  it.each([
    [20, 0.05, 0.05],
    [30, 0.1, 0.05],
    [25, 0, 0.05],
    [24, -0.1, 0.02],
  ])("is the rejection region of test A at n = %i, margin %d, alpha %d", (n, margin, alpha) => {
    const critical = criticalWins({ n, margin, alpha });
    for (let losses = 0; losses <= n; losses++) {
      for (let wins = 0; wins + losses <= n; wins++) {
        const rejected = exactNonInferiority({ wins, losses, n, margin }) <= alpha;
        expect(wins >= critical[losses]!, `${wins} won, ${losses} lost`).toBe(rejected);
      }
    }
  });

  it("rejects 59 ties, not 58", () => {
    expect(criticalWins({ n: 59, margin: 0.05, alpha: 0.05 })[0]).toBe(0);
    expect(criticalWins({ n: 58, margin: 0.05, alpha: 0.05 })[0]).toBe(1);
  });
});

describe("exactPower", () => {
  it("never exceeds alpha at the border of H0, with all looks", () => {
    for (const win of [0, 0.05, 0.15]) {
      const scenario = { win, loss: win + 0.05, margin: 0.05, alpha: 0.05 };
      expect(exactPower({ ...scenario, n: 100, looks: lookPlan(100) })).toBeLessThanOrEqual(0.05);
      expect(exactPower({ ...scenario, n: 200, looks: lookPlan(200) })).toBeLessThanOrEqual(0.05);
    }
  });

  it("is the same carried forward pair by pair as summed over the region", () => {
    const scenario = { n: 100, win: 0.08, loss: 0.05, margin: 0.05, alpha: 0.05 };
    const idle = { n: 1, share: 1e-6 };
    expect(exactPower({ ...scenario, looks: [idle, { n: 100, share: 1 }] })).toBeCloseTo(exactPower(scenario), 11);
  });

  it("keeps the promises for N = 200 with looks", () => {
    const plan = { n: 200, margin: 0.05, alpha: 0.05, looks: lookPlan(200) };
    expect(exactPower({ ...plan, win: 0.03, loss: 0.03 })).toBeGreaterThanOrEqual(0.74);
    expect(exactPower({ ...plan, win: 0.08, loss: 0.03 })).toBeGreaterThanOrEqual(0.97);
    expect(exactPower({ ...plan, win: 0.18, loss: 0.03 })).toBeGreaterThanOrEqual(0.99);
  });

  it("needs about 340 pairs with looks where 280 do without", () => {
    const scenario = { win: 0.05, loss: 0.05, margin: 0.05, alpha: 0.05 };
    expect(exactPower({ ...scenario, n: 280, looks: lookPlan(280) })).toBeLessThan(0.8);
    expect(exactPower({ ...scenario, n: 340, looks: lookPlan(340) })).toBeGreaterThan(0.8);
  });

  it("refuses rates and looks that make no sense", () => {
    const scenario = { n: 20, win: 0.1, loss: 0.1, margin: 0.05, alpha: 0.05 };
    expect(() => exactPower({ ...scenario, win: 0.95 })).toThrow(RangeError);
    expect(() => exactPower({ ...scenario, looks: [{ n: 30, share: 1 }] })).toThrow(RangeError);
    expect(() =>
      exactPower({
        ...scenario,
        looks: [
          { n: 9, share: 0.5 },
          { n: 9, share: 0.5 },
        ],
      }),
    ).toThrow(RangeError);
    expect(() => exactPower({ ...scenario, looks: [] })).toThrow(RangeError);
  });
});

describe("casesForPower", () => {
  it.each([
    [0.05, 0.01, 110],
    [0.05, 0.02, 150],
    [0.05, 0.05, 280],
    [0.05, 0.1, null],
    [0.1, 0.01, 50],
    [0.1, 0.02, 50],
    [0.1, 0.05, 80],
    [0.1, 0.1, 140],
  ])("margin %d, wins = losses = %d: %s", (margin, rate, n) => {
    expect(casesForPower({ win: rate, loss: rate, margin, alpha: 0.05, target: 0.8 })).toBe(n);
  });
});

describe("bettingPower", () => {
  const wobble = (sd: number) => (random: () => number) => (random() < 0.5 ? -sd : sd);

  it.each([
    [0.12, 110],
    [0.2, 170],
    [0.28, 300],
  ])("is about 80 % at SD %d with %i units", (sd, n) => {
    const power = bettingPower({
      n,
      draw: wobble(sd),
      margin: 0.05,
      alpha: 0.05,
      simulations: 1000,
      random: seeded(7),
    });
    expect(power).toBeGreaterThan(0.74);
    expect(power).toBeLessThan(0.9);
  });

  it("gives the same answer for the same seed, and refuses no simulations", () => {
    const options = { n: 60, draw: wobble(0.1), margin: 0.05, alpha: 0.05, simulations: 200 };
    expect(bettingPower({ ...options, random: seeded(3) })).toBe(bettingPower({ ...options, random: seeded(3) }));
    expect(() => bettingPower({ ...options, simulations: 0, random: seeded(3) })).toThrow(RangeError);
  });
});
