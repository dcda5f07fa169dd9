import type { ReportInput, Spend } from "../../../domain/detail.ts";
import { atLeastUsd, count, percent, usd } from "../../numbers.ts";
import { type Cast, glyph } from "../marks.ts";
import { linear } from "../scale.ts";
import { across, cellDrawing, tag } from "../svg.ts";

/** What the run spent on each model: its answers, and the judging of them. A table whose middle column is drawn. */
export function spendView({ facts, run }: ReportInput, cast: Cast) {
  const rows = cast.ids.flatMap((id) => facts.models.filter(({ candidate }) => candidate === id));
  const most = Math.max(...rows.map(({ answers, judging }) => answers.knownUsd + judging.knownUsd), 0);
  if (rows.length === 0) return null;
  const x = linear([0, most || 1]);
  const answers = sum(rows.map((row) => row.answers));
  const judging = sum(rows.map((row) => row.judging));
  const all = {
    ...answers,
    knownUsd: answers.knownUsd + judging.knownUsd,
    unpriced: answers.unpriced + judging.unpriced,
  };
  const simulated = run.manifest.source === "simulated";
  return {
    title: titleOf(all, judging, simulated),
    rows: rows.map((row) => ({
      glyph: glyph(cast.markOf(row.candidate)),
      name: row.candidate,
      calls: `${count(row.answers.calls)} ${row.answers.calls === 1 ? "call" : "calls"}`,
      drawing: cellDrawing(`spend m${cast.markOf(row.candidate)}`, [
        tag("rect", { x: 0, y: 5, width: across(x(row.answers.knownUsd)), height: 12, class: "paid" }),
        tag("rect", {
          x: across(x(row.answers.knownUsd)),
          y: 5,
          width: across(x(row.judging.knownUsd)),
          height: 12,
          class: "judged",
        }),
      ]),
      answers: moneyOf(row.answers),
      judging: moneyOf(row.judging),
    })),
    total: { answers: moneyOf(answers), judging: moneyOf(judging) },
    note: simulated
      ? "Nothing was spent: these are the invented prices of models that do not exist. Filled: answers; outlined: the judging of them."
      : "Every call of the run, failed ones and repeated judgements among them. Filled: answers; outlined: the judging of them.",
  };
}

function sum(parts: readonly Spend[]): Spend {
  return parts.reduce(
    (total, part) => ({
      calls: total.calls + part.calls,
      knownUsd: total.knownUsd + part.knownUsd,
      unpriced: total.unpriced + part.unpriced,
    }),
    { calls: 0, knownUsd: 0, unpriced: 0 },
  );
}

function moneyOf({ calls, knownUsd, unpriced }: Spend): string {
  return calls === 0 ? "none" : atLeastUsd(knownUsd, unpriced);
}

function titleOf(all: Spend, judging: Spend, simulated: boolean): string {
  const verb = simulated ? "would have cost" : "cost";
  if (all.knownUsd === 0) return all.unpriced > 0 ? "What the run cost is unknown" : `The run ${verb} nothing`;
  const share = judging.knownUsd / all.knownUsd;
  const least = all.unpriced > 0 ? "at least " : "";
  const judge = share > 0 ? `, the judge took ${percent(share)} of it` : "";
  return `The run ${verb} ${least}${usd(all.knownUsd)}${judge}`;
}
