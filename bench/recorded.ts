// Prints the verdicts over recorded scores and dollars of eleven real models, as the README shows them.
//   SIGNALBOX_RECORDED_DIR=<folder with routerbench-winogrande/> npm run recorded
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DecisionSchema } from "../src/domain/decision.ts";
import { change, signedPoints } from "../src/report/numbers.ts";
import { shownComparison } from "../src/report/sentences.ts";
import { makeProject, signalbox } from "../test/project.ts";
import { RECORDED_DIR, routerProject } from "../test/recorded-data.ts";

if (RECORDED_DIR === "") {
  process.stderr.write(
    "Set SIGNALBOX_RECORDED_DIR to a folder that holds routerbench-winogrande/{queries,results}.jsonl.\n",
  );
  process.exit(2);
}
const { files, models } = routerProject();
using project = makeProject(files);
const argv = ["eval", "router", "--replay", "answers.jsonl", "--incumbent", models.join(","), "--quiet"];
const ended = await signalbox(project.root, argv);
if (ended.code !== 0) throw new Error(ended.err);
const file = join(project.root, "reports/router/latest/decision.json");
const decision = DecisionSchema.parse(JSON.parse(readFileSync(file, "utf8")));
const rows = decision.routes.map((route) => {
  const comparison = shownComparison(route);
  const quality = comparison?.quality;
  const cost = comparison?.costRatio;
  const bounds = ({ low, high }: { low: number | null; high: number | null }, format: (value: number) => string) =>
    `${low === null ? "none" : format(low)} to ${high === null ? "none" : format(high)}`;
  return [
    route.incumbent,
    route.verdict,
    route.candidate ?? "",
    quality?.interval == null
      ? "unknown"
      : `${signedPoints(quality.value)} (${bounds(quality.interval, signedPoints)})`,
    cost?.interval == null ? "unknown" : `${change(cost.value)} (${bounds(cost.interval, change)})`,
  ];
});
const header = ["serves today", "verdict", "candidate", "quality, points", "cost"];
const table = [header, header.map(() => "---"), ...rows];
process.stdout.write(`${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`);
process.stdout.write(
  `\n${decision.cases} cases, one family of ${decision.family} comparisons, margin 5 points, alpha 0.05, least saving 10 %.\n`,
);
