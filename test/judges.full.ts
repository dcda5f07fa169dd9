import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readVerdictLine, readWinner } from "../src/scorers/judge-winner.ts";
import { agreement, type Rated } from "../src/stats/agreement.ts";
import { krippendorffAlpha } from "../src/stats/krippendorff.ts";
import { RECORDED_DIR, readRecorded } from "./recorded-data.ts";

const has = (folder: string) => RECORDED_DIR !== "" && existsSync(join(RECORDED_DIR, folder));

interface JudgeText {
  readonly pair_id: string;
  readonly judge: string;
  readonly order: "12" | "21";
  readonly judge_text: string;
  readonly recorded_winner_original_index: "1" | "2" | null;
  readonly gold: 1 | 2;
}

type Original = "1" | "2" | "tie" | null;

/** What a text says, by the answers' original numbers. */
function original(winner: ReturnType<typeof readWinner>, order: JudgeText["order"]): Original {
  if (winner === undefined || winner === "tie") return winner ?? null;
  return (winner === "first") === (order === "12") ? "1" : "2";
}

/** The answer that every sentence of the plain form names; undefined where there is none, or where they differ. */
function plainlyNamed({ judge_text, order }: JudgeText): Original | undefined {
  const named = new Set([...judge_text.matchAll(/Output \(([ab])\) is better/g)].map((hit) => hit[1]));
  if (named.size !== 1) return undefined;
  return original(named.has("a") ? "first" : "second", order);
}

describe.skipIf(!has("llmbar"))("raw replies of three real judges to 100 pairs in both orders", () => {
  const texts = RECORDED_DIR === "" ? [] : readRecorded<JudgeText>("llmbar/judge_texts_cot.jsonl");
  const read = (text: JudgeText) => original(readWinner(text.judge_text), text.order);
  const recorded = (text: JudgeText): Original => text.recorded_winner_original_index;

  it("are read to the recorded winner in 599 of 600, one judge's by the form that its recorder went by", () => {
    // Whoever recorded PaLM2 took the last line that begins with an answer's name, whatever it says of that answer.
    const lines = { first: "Output (a)", second: "Output (b)" };
    const missed = texts.filter((text) => {
      const byForm = text.judge === "PaLM2" ? readVerdictLine(text.judge_text, lines) : readWinner(text.judge_text);
      return original(byForm, text.order) !== recorded(text);
    });
    expect(missed.map(({ judge, pair_id, order }) => `${judge} ${pair_id} ${order}`)).toEqual([
      "ChatGPT Natural-17 12",
    ]);
  });

  it("are read to the recorded winner in 99 % of those whose record is not against their own plain words", () => {
    expect(texts).toHaveLength(600);
    // A record that the only "Output (x) is better" of the text contradicts is a fault of whoever recorded it.
    const misrecorded = texts.filter((text) => {
      const named = plainlyNamed(text);
      return named !== undefined && named !== recorded(text);
    });
    expect(misrecorded.map(({ judge, pair_id, order }) => `${judge} ${pair_id} ${order}`).sort()).toEqual(
      [0, 2, 6, 34, 64, 79, 85, 95]
        .map((pair) => `PaLM2 Natural-${pair} 21`)
        .concat([7, 11, 13, 18, 32, 40, 50, 57, 68, 71, 74, 86, 95].map((pair) => `PaLM2 Natural-${pair} 12`))
        .sort(),
    );
    for (const text of misrecorded) expect(read(text)).toBe(plainlyNamed(text));
    const rest = texts.filter((text) => !misrecorded.includes(text));
    const missed = rest.filter((text) => read(text) !== recorded(text));
    // The first says that both are equally good and was recorded as unread; the second contradicts itself.
    expect(missed.map(({ judge, pair_id, order }) => `${judge} ${pair_id} ${order}`)).toEqual([
      "ChatGPT Natural-17 12",
      "PaLM2 Natural-35 21",
    ]);
    expect(1 - missed.length / rest.length).toBeGreaterThan(0.99);
  });

  // Agreement with gold over 200 replies, and pairs of 100 whose verdict flips with the order.
  it.each([
    ["GPT-4", { right: 189, flips: 9 }, { right: 189, flips: 9 }],
    ["ChatGPT", { right: 148, flips: 36 }, { right: 148, flips: 36 }],
    // The 21 wrong records of this judge made it look twice as fickle as it was.
    ["PaLM2", { right: 146, flips: 36 }, { right: 160, flips: 18 }],
  ])("give %s its agreement with gold and its flips: as recorded, and as read", (judge, asRecorded, asRead) => {
    const own = texts.filter((text) => text.judge === judge);
    const figures = (winner: (text: JudgeText) => Original) => ({
      right: own.filter((text) => winner(text) === String(text.gold)).length,
      flips: own.filter(
        (text) => text.order === "12" && own.some((other) => isSwap(text, other) && winner(other) !== winner(text)),
      ).length,
    });
    expect(figures(recorded)).toEqual(asRecorded);
    expect(figures(read)).toEqual(asRead);
  });
});

function isSwap(one: JudgeText, other: JudgeText): boolean {
  return other.order === "21" && other.pair_id === one.pair_id;
}

interface Judged {
  readonly human: readonly [string, string, string];
  readonly "judge_gpt-3.5-turbo": string;
  readonly "judge_pandalm-7b": string;
}

const CATEGORIES = ["1", "2", "tie"];
/** A category's number; null for a reply that was recorded as invalid. */
const rating = (label: string) => (CATEGORIES.includes(label) ? CATEGORIES.indexOf(label) : null);

describe.skipIf(!has("pandalm"))("the verdicts of two judges and three people on 100 pairs", () => {
  const rows = RECORDED_DIR === "" ? [] : readRecorded<Judged>("pandalm/pairs.jsonl");
  const majority = ({ human }: Judged) => human.find((label, at) => human.indexOf(label) !== at) ?? "none";

  // AC1 and kappa were worked out once in another language, from the same file.
  it.each([
    ["judge_gpt-3.5-turbo", { agree: 65, of: 99, ac1: 0.5174193548, kappa: 0.4059301094 }],
    ["judge_pandalm-7b", { agree: 64, of: 100, ac1: 0.4920455748, kappa: 0.3831391363 }],
  ] as const)("agree with the majority of people as recorded: %s", (judge, known) => {
    const rated: Rated[] = rows.map((row) => ({ ratings: [rating(majority(row)), rating(row[judge])] }));
    expect(rows.filter((row) => row[judge] === majority(row))).toHaveLength(known.agree);
    expect(rated.filter(({ ratings }) => !ratings.includes(null))).toHaveLength(known.of);
    const ac1 = agreement(rated, { measure: "ac1", categories: 3, level: 0.95 });
    expect(ac1?.value).toBeCloseTo(known.ac1, 9);
    expect(ac1?.interval?.low).toBeGreaterThan(0.3);
    expect(agreement(rated, { measure: "kappa", categories: 3, level: 0.95 })?.value).toBeCloseTo(known.kappa, 9);
  });

  it("show how far people agree among themselves", () => {
    const rated: Rated[] = rows.map(({ human }) => ({ ratings: human.map(rating) }));
    const same = rows.reduce(
      (sum, { human: [a, b, c] }) => sum + [a === b, a === c, b === c].filter(Boolean).length,
      0,
    );
    expect(same).toBe(266);
    expect(agreement(rated, { measure: "ac1", categories: 3, level: 0.95 })?.value).toBeCloseTo(0.8383723141, 9);
    expect(krippendorffAlpha(rated, 3, "nominal")).toBeCloseTo(0.8109846795, 9);
  });
});
