import { holmLevels } from "../../src/stats/holm.ts";
import { lookPlan, sequentialP } from "../../src/stats/looks.ts";
import { calibrate } from "../../src/stats/ppi.ts";
import { exceedanceTest } from "../../src/stats/quantile.ts";
import { savingTest } from "../../src/stats/ratio.ts";
import {
  ALPHA,
  countsOf,
  exactP,
  gauss,
  MARGIN,
  pair,
  type Row,
  rareFailures,
  rubric,
  runBetting,
  runExact,
  simulate,
  skewed,
} from "./simulate.ts";

type Stream = () => number;

/** 1: right-or-wrong scores, a candidate that is worse by exactly the margin. */
export function binary(): Row[] {
  return [
    [0.05, 0.1],
    [0, 0.05],
    [0.15, 0.2],
  ].flatMap(([win = 0, loss = 0]) =>
    [20, 60, 100, 200].flatMap((n) => {
      const name = `won ${percent(win)}, lost ${percent(loss)}, n = ${n}`;
      const fixed = simulate(`${name}, one look`, (random) =>
        runExact(random, { win, loss, n, looks: [{ n, share: 1 }] }),
      );
      if (n < 100) return [fixed];
      return [
        fixed,
        simulate(`${name}, at its looks`, (random) => runExact(random, { win, loss, n }), { most: 131, planned: n }),
      ];
    }),
  );
}

/** 2, 3, 4, 9: grades, repeats, timeouts and clusters, all worse by exactly the margin. */
export function graded(): Row[] {
  const laws = {
    "rare total failures": rareFailures,
    "many small gains, some large losses": skewed,
    "rubric in quarters": rubric,
  };
  const shapes = Object.entries(laws).flatMap(([name, draw]) =>
    [20, 50, 200].map((n) => simulate(`${name}, n = ${n}`, (random) => runBetting(random, { draw, n }))),
  );
  const repeated = (cases: number, repeats: number) =>
    simulate(`${cases} cases asked ${repeats} times`, (random) =>
      runBetting(random, { n: cases, draw: (next) => repeatedCase(next, repeats) }),
    );
  // The incumbent is right in 90 of a hundred; the candidate equals it, but 5.6 % of its answers never come: 0.9 x 0.0556 = 0.05.
  const timeouts = simulate("six answers in a hundred time out, n = 200, right or wrong", (random) =>
    runExact(random, { win: 0, loss: 0.05, n: 200 }),
  );
  const cluster = (random: Stream, mean: (size: number) => number): number => {
    const size = Math.min(5, 1 + Math.floor(random() * 20));
    const common = 0.2 * (random() - 0.5);
    let sum = 0;
    for (let each = 0; each < size; each++) sum += mean(size) + common + 0.4 * (random() - 0.5);
    return sum / size;
  };
  const clusters = [
    simulate("200 clusters of 1 to 20 cases (five drawn at most)", (random) =>
      runBetting(random, { n: 200, draw: (next) => cluster(next, () => -MARGIN) }),
    ),
    // Mean over units -0.05: clusters of five are worse (-0.0625), smaller ones nearly equal.
    simulate("the same, large clusters worse than small ones", (random) =>
      runBetting(random, { n: 200, draw: (next) => cluster(next, (size) => (size === 5 ? -0.0625 : 0)) }),
    ),
    // One unit in 96 is a cluster of five that loses every case, the others tie: -5 points over cases, -1 over units.
    simulate(
      "not promised: -5 points over cases, -1 over units (few large clusters lose all)",
      (random) => runBetting(random, { n: 200, draw: (next) => (next() < 0.05 / 4.8 ? -1 : 0) }),
      { most: null },
    ),
  ];
  return [...shapes, repeated(40, 5), repeated(20, 10), repeated(200, 5), timeouts, ...clusters];
}

/** A case has a difficulty; each answer to it is right by its own luck. */
function repeatedCase(random: Stream, repeats: number): number {
  const chance = 0.1 + 0.85 * random();
  let sum = 0;
  for (let each = 0; each < repeats; each++) sum += Number(random() < chance - MARGIN) - Number(random() < chance);
  return sum / repeats;
}

/** 6: many comparisons at once. */
export function families(): Row[] {
  const ps = (random: Stream, cells: number, n: number, margin = MARGIN) =>
    Array.from({ length: cells }, () => {
      const pairs = Array.from({ length: n }, () => pair(0.05, 0.05 + margin, random));
      return sequentialP(
        lookPlan(n).map((look) => ({ p: exactP(countsOf(pairs, look.n), margin), share: look.share })),
      );
    });
  const rejects = (list: readonly number[]) => {
    const levels = holmLevels(list, ALPHA);
    return list.map((p, at) => p <= (levels[at] as number));
  };
  const best = (list: readonly number[], count: number) => list.toSorted((a, b) => a - b).slice(0, count);
  return [
    simulate("20 candidates, all worse by the margin, n = 100: any approved", (random) => ({
      approved: rejects(ps(random, 20, 100)).includes(true),
    })),
    simulate("the three best of 20, chosen after looking, family of 20", (random) => {
      const list = ps(random, 20, 100);
      const most = Math.max(...best(list, 3));
      return { approved: rejects(list).some((rejected, at) => rejected && (list[at] as number) <= most) };
    }),
    simulate(
      "not what we do: the same three as a family of three",
      (random) => ({
        approved: rejects(best(ps(random, 20, 100), 3)).includes(true),
      }),
      { most: null },
    ),
    simulate("10 slices of 50 cases x 2 candidates, margin 10 points: any approved", (random) => ({
      approved: rejects(ps(random, 20, 50, 0.1)).includes(true),
    })),
    simulate(
      "not what we do: 20 candidates, each at 5 %",
      (random) => ({
        approved: ps(random, 20, 100).some((p) => p <= ALPHA),
      }),
      { most: null },
    ),
  ];
}

/** 7, 10: cost and latency exactly at their limits. */
export function conditions(): Row[] {
  const even = (random: Stream) => {
    const inc = Math.exp(0.5 * gauss(random));
    return { inc, cand: 0.9 * inc * Math.exp(0.3 * gauss(random) - 0.045) };
  };
  // Reasoning: two answers in a hundred cost twenty times as much; 0.98 b + 0.02 x 20 b = 0.9.
  const heavy = (random: Stream) => ({ inc: 1, cand: (0.9 / 1.38) * (random() < 0.02 ? 20 : 1) });
  const cost = (
    name: string,
    n: number,
    law: typeof even,
    options: { looks?: readonly { n: number; share: number }[]; cap?: number; most?: null } = {},
  ) =>
    simulate(
      name,
      (random) => {
        const pairs = Array.from({ length: n }, () => law(random));
        const looks = (options.looks ?? [{ n, share: 1 }]).map((look) => {
          const seen = pairs.slice(0, look.n);
          const mean = seen.reduce((sum, { inc }) => sum + inc, 0) / seen.length;
          const all = options.cap === undefined ? seen : [...seen, { inc: mean, cand: options.cap }];
          const p = savingTest({
            candidate: all.map(({ cand }) => cand),
            incumbent: all.map(({ inc }) => inc),
            minSaving: 0.1,
          });
          return { p, share: look.share };
        });
        return { approved: sequentialP(looks) <= ALPHA };
      },
      options.most === null ? { most: null } : { most: 131 },
    );
  const late = (n: number) =>
    simulate(`5 % of answers above the latency limit, n = ${n}, at its looks`, (random) => {
      const above = Array.from({ length: n }, () => random() < 0.05);
      const looks = lookPlan(n).map((look) => ({
        p: exceedanceTest({ exceed: above.slice(0, look.n).filter(Boolean).length, n: look.n, share: 0.05 }),
        share: look.share,
      }));
      return { approved: sequentialP(looks) <= ALPHA };
    });
  return [
    cost("cost ratio exactly at the limit, n = 200, one look", 200, even),
    cost("the same, four looks", 200, even, { looks: lookPlan(200) }),
    cost("the same, n = 60", 60, even),
    cost("two answers in a hundred cost twenty times as much, n = 100, with the guard", 100, heavy, {
      cap: (0.9 / 1.38) * 30,
    }),
    cost("not what we do: the same without the guard", 100, heavy, { most: null }),
    late(100),
    late(200),
  ];
}

/** 8: judges, with 100 labels of people and 400 pairs without. */
export function judges(): Row[] {
  const evaluate = (random: Stream, draw: (random: Stream) => { y: number; f: number }) => {
    const labelled = Array.from({ length: 100 }, () => draw(random));
    const unlabelled = Array.from({ length: 400 }, () => draw(random).f);
    const p = calibrate([{ labelled, unlabelled }], { margin: MARGIN, level: 0.95 })?.p ?? 1;
    return { approved: 1.25 * p <= ALPHA };
  };
  const lenient = (random: Stream) => {
    const y = -MARGIN + 0.25 * Math.max(-2, Math.min(2, gauss(random)));
    return { y, f: y + 0.05 + 0.1 * gauss(random) };
  };
  const blind = (random: Stream) => {
    const y = rareFailures(random);
    return { y, f: y === -1 && random() < 0.5 ? 0.01 : y };
  };
  return [
    simulate("a judge 5 points lenient to the candidate, 100 labels", (random) => evaluate(random, lenient)),
    simulate("a judge that misses half of rare total failures, 100 labels", (random) => evaluate(random, blind)),
    simulate(
      "not what we do: the lenient judge believed, n = 500",
      (random) => runBetting(random, { n: 500, draw: (next) => Math.max(-1, Math.min(1, lenient(next).f)) }),
      { most: null },
    ),
  ];
}

/** Section 6: what a good candidate gets. */
export function power(): Row[] {
  const exact = (name: string, win: number, loss: number, bounds: { least?: number; mostUsed?: number }) =>
    simulate(
      `${name}: won ${percent(win)}, lost ${percent(loss)}`,
      (random) => runExact(random, { win, loss, n: 200 }),
      {
        ...bounds,
        planned: 200,
      },
    );
  const cluster = (random: Stream) => {
    const size = Math.min(5, 1 + Math.floor(random() * 20));
    const common = 0.2 * (random() - 0.5);
    let sum = 0;
    for (let each = 0; each < size; each++) sum += common + 0.6 * (random() - 0.5);
    return sum / size;
  };
  return [
    exact("equal", 0.03, 0.03, { least: 0.74 }),
    exact("better", 0.08, 0.03, { least: 0.97, mostUsed: 130 }),
    exact("much better", 0.18, 0.03, { least: 0.99, mostUsed: 80 }),
    exact("bad", 0.05, 0.25, { mostUsed: 50 }),
    simulate(
      "equal, 200 clusters of 1 to 20 cases",
      (random) => runBetting(random, { draw: cluster, n: 200, stops: true }),
      {
        least: 0.7,
        planned: 200,
      },
    ),
    simulate(
      "equal, grades of SD 0.20, n = 170",
      (random) => runBetting(random, { draw: (next) => spread(0.2, next), n: 170, stops: true }),
      { least: 0.75, planned: 170 },
    ),
  ];
}

function spread(sd: number, random: Stream): number {
  return (random() + random() - 1) * sd * Math.sqrt(6);
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
