// Every ordered pair of eleven real models, 200 random samples of n queries each: how often the verdict is to switch, beside
// the rule of thumb "the cheaper one, if its mean is within 2 points of the better". The truth is that of all 887 queries.
//   SIGNALBOX_RECORDED_DIR=<folder with routerbench-winogrande/> npm run recorded:pairs
import { pathToFileURL } from "node:url";
import { seededRandom } from "../src/cli/world.ts";
import { lookPlan, sequentialP } from "../src/stats/looks.ts";
import { savingTest } from "../src/stats/ratio.ts";
import { type RouterResult, readRecorded } from "../test/recorded-data.ts";
import { ALPHA, countsOf, exactP, MARGIN } from "./decisions/simulate.ts";

const SAMPLES = 200;
const MIN_SAVING = 0.1;
const WITHIN = 0.02;

export interface PairRow {
  readonly n: number;
  /** Shares of switches, among samples of pairs truly worse than the margin, and of those that are not and save enough. */
  readonly wrong: number;
  readonly right: number;
  readonly naiveWrong: number;
  readonly naiveRight: number;
  /** The highest share of wrong switches of any one pair. */
  readonly worstPair: number;
  readonly naiveWorstPair: number;
  readonly worse: number;
  readonly good: number;
}

/** The rows of the table, one for each n. */
export function recordedPairs(sizes: readonly number[], samples = SAMPLES): PairRow[] {
  const results = readRecorded<RouterResult>("routerbench-winogrande/results.jsonl");
  const queries = [...new Set(results.map(({ query_id }) => query_id))].sort();
  const models = [...new Set(results.map(({ model }) => model))].sort();
  const at = new Map(queries.map((query, index) => [query, index]));
  const table = models.map((model) => {
    const own = { score: new Float64Array(queries.length), usd: new Float64Array(queries.length) };
    for (const result of results) {
      if (result.model !== model) continue;
      own.score[at.get(result.query_id) as number] = result.score;
      own.usd[at.get(result.query_id) as number] = result.cost_usd;
    }
    return own;
  });
  const all = queries.map((_, index) => index);
  const mean = (values: Float64Array, indices: readonly number[]) =>
    indices.reduce((sum, index) => sum + (values[index] as number), 0) / indices.length;
  return sizes.map((n) => {
    const seen = {
      wrong: 0,
      right: 0,
      naiveWrong: 0,
      naiveRight: 0,
      worse: 0,
      good: 0,
      worstPair: 0,
      naiveWorstPair: 0,
    };
    for (const [a, inc] of table.entries()) {
      for (const [b, cand] of table.entries()) {
        if (a === b) continue;
        const difference = mean(cand.score, all) - mean(inc.score, all);
        const saves = mean(cand.usd, all) < (1 - MIN_SAVING) * mean(inc.usd, all);
        const isWorse = difference <= -MARGIN;
        if (!isWorse && !saves) continue;
        const random = seededRandom(`${n}`)(`${a} ${b}`);
        let switches = 0;
        let naive = 0;
        for (let sample = 0; sample < samples; sample++) {
          const drawn = draw(queries.length, n, random);
          const costs = {
            candidate: drawn.map((i) => cand.usd[i] as number),
            incumbent: drawn.map((i) => inc.usd[i] as number),
          };
          const pairs = drawn.map((i) => Math.sign((cand.score[i] as number) - (inc.score[i] as number)));
          const looks = lookPlan(n);
          const quality = sequentialP(looks.map((look) => ({ p: exactP(countsOf(pairs, look.n)), share: look.share })));
          const cost = () =>
            sequentialP(
              looks.map(({ n: up, share }) => ({
                p: savingTest({
                  candidate: costs.candidate.slice(0, up),
                  incumbent: costs.incumbent.slice(0, up),
                  minSaving: MIN_SAVING,
                }),
                share,
              })),
            );
          if (quality <= ALPHA && cost() <= ALPHA) switches++;
          const cheaper = mean(cand.usd, drawn) < mean(inc.usd, drawn);
          if (cheaper && mean(cand.score, drawn) >= mean(inc.score, drawn) - WITHIN) naive++;
        }
        if (isWorse) {
          seen.worse++;
          seen.wrong += switches;
          seen.naiveWrong += naive;
          seen.worstPair = Math.max(seen.worstPair, switches / samples);
          seen.naiveWorstPair = Math.max(seen.naiveWorstPair, naive / samples);
        } else {
          seen.good++;
          seen.right += switches;
          seen.naiveRight += naive;
        }
      }
    }
    const share = (count: number, pairs: number) => count / (pairs * samples);
    return {
      n,
      wrong: share(seen.wrong, seen.worse),
      right: share(seen.right, seen.good),
      naiveWrong: share(seen.naiveWrong, seen.worse),
      naiveRight: share(seen.naiveRight, seen.good),
      worstPair: seen.worstPair,
      naiveWorstPair: seen.naiveWorstPair,
      worse: seen.worse,
      good: seen.good,
    };
  });
}

/** n of `of` places, without replacement, in random order. */
function draw(of: number, n: number, random: () => number): number[] {
  const places = Array.from({ length: of }, (_, index) => index);
  for (let index = 0; index < n; index++) {
    const other = index + Math.floor(random() * (of - index));
    [places[index], places[other]] = [places[other] as number, places[index] as number];
  }
  return places.slice(0, n);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const rows = recordedPairs([60, 100, 200, 400]);
  const header = [
    "n",
    "wrong switches",
    "worst pair",
    "right switches",
    "rule of thumb: wrong",
    "its worst pair",
    "right",
  ];
  const lines = rows.map((row) => [
    String(row.n),
    percent(row.wrong),
    percent(row.worstPair),
    percent(row.right),
    percent(row.naiveWrong),
    percent(row.naiveWorstPair),
    percent(row.naiveRight),
  ]);
  const text = [header, header.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const [first] = rows;
  process.stdout.write(
    `${text}\n\n${first?.worse} ordered pairs truly worse than the margin, ${first?.good} others that save at least 10 %; ${SAMPLES} samples each.\n`,
  );
}
