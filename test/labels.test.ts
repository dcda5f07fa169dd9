import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Decision } from "../src/domain/decision.ts";
import { jsonl, makeProject, signalbox, suiteFile } from "./project.ts";
import { EMPTY_CATALOG } from "./recorded-data.ts";

const CASES = 130;
/** What the answers are worth to people: one case in six is won by the new model, as many by the old. */
const winnerOf = (at: number) => (at % 6 === 0 ? "second" : at % 6 === 3 ? "first" : "tie");

function project() {
  const cases = Array.from({ length: CASES }, (_, at) => at);
  const answer = (model: string) => (at: number) => ({
    model,
    case: `c-${at}`,
    output: `${at % 6 === (model === "old" ? 0 : 3) ? "" : "The tide turns. "}${model} ${at}`,
    costUsd: model === "old" ? 0.01 : 0.001,
  });
  const keyPoints = [
    { id: "k1", kind: "fact", text: "The tide turns.", weight: 1, sources: [], match: [["tide turns"]] },
  ];
  const target = { keyPoints, forbidden: [] };
  return makeProject({
    "models.yaml": EMPTY_CATALOG,
    "evals/tide.ts": suiteFile(
      "tide",
      'scale: "graded", scorers: [{ name: "key points", rule: "key-points" }], policy: { margin: 0.2 }',
    ),
    "datasets/tide.jsonl": jsonl(
      cases.map((at) => ({
        id: `c-${at}`,
        input: `Sea? ${at}`,
        tags: { coast: at % 2 === 0 ? "east" : "west" },
        target,
      })),
    ),
    "answers.jsonl": jsonl([...cases.map(answer("old")), ...cases.map(answer("new"))]),
  });
}

const votes = (who: string, count: number, winner = winnerOf) =>
  Array.from({ length: count }, (_, at) => `c-${at},old,new,${winner(at)},${who}`).join("\n");

async function labelled(root: string, csv: string, ...flags: string[]) {
  writeFileSync(join(root, "votes.csv"), `case,first,second,winner,who\n${csv}\n`);
  return signalbox(root, ["label", "tide", "--import", "votes.csv", ...flags]);
}

const gradeOf = async (root: string) => {
  await signalbox(root, ["report", "tide"]);
  const file = join(root, "reports/tide/latest/decision.json");
  return (JSON.parse(readFileSync(file, "utf8")) as Decision).routes[0]?.grade;
};

describe("labels of people", () => {
  it("from a file calibrate a verdict and make a judge report; those that were picked do not", async () => {
    using made = project();
    const { root } = made;
    const ran = await signalbox(root, ["eval", "tide", "--replay", "answers.jsonl", "--incumbent", "old", "--quiet"]);
    expect(ran.code, ran.err).toBe(0);
    const before = await signalbox(root, ["judge-report", "tide"]);
    expect(before.out).toContain(
      "These scores may not carry a verdict here, because 100 more labels are needed (0 of 100)",
    );

    await labelled(root, votes("anna", 110));
    expect(await gradeOf(root)).toBe("advisory");
    await labelled(
      root,
      votes("bo", 110, (at) => (at === 5 ? "first" : winnerOf(at))),
      "--drawn-at-random",
    );
    expect(await gradeOf(root)).toBe("calibrated");

    const { code, out } = await signalbox(root, ["judge-report", "tide"]);
    expect(code).toBe(0);
    expect(out).toContain("110 pairs drawn and voted on by 2 people; 110 by more than one.");
    expect(out).toMatch(/scores and people, AC1 +1\.00 \(95 % 0\.\d\d to 1\.00, n = 110\)/);
    expect(out).toMatch(/people among themselves, Krippendorff +0\.98 \(95 % /);
    expect(out).toContain("coast=east");
    expect(out).toContain("These scores may carry a verdict here, because 110 labels (100 are needed) agree with them");
    const html = readFileSync(join(root, "reports/tide/latest/report.html"), "utf8");
    expect(html).toContain("What people say of the scores");
    expect(html).toContain("These scores may carry a verdict here");
  });

  it("are refused from a file with a line that fits no answer, and nothing of it is taken", async () => {
    using made = project();
    const { root } = made;
    expect((await signalbox(root, ["label", "tide"])).err).toContain("There is no saved run.");
    await signalbox(root, [
      "eval",
      "tide",
      "--replay",
      "answers.jsonl",
      "--incumbent",
      "old",
      "--quiet",
      "--limit",
      "6",
    ]);
    const run = JSON.parse(readFileSync(join(root, "reports/tide/latest/run.json"), "utf8"));
    const [first, second] = run.manifest.order;
    for (const [line, message] of [
      ["c-999,old,new,tie,anna", 'votes.csv:2: The run has no case "c-999".'],
      [`${first},old,other,tie,anna`, 'votes.csv:2: "old" and "other" are not old and new.'],
      [`${first},old,old,tie,anna`, 'votes.csv:2: "old" and "old" are not old and new.'],
      [`${first},old,new,new,anna`, "votes.csv:2: Not a vote: "],
      [`${first},old`, "votes.csv: Not CSV with a header: "],
    ] as const) {
      const ended = await labelled(root, `${line}\n${second},old,new,tie,anna`);
      expect(ended.code, line).toBe(2);
      expect(ended.err).toContain(message);
    }
    expect((await labelled(root, `${second},old,new,tie,anna`)).out).toContain("1 label added");
    expect((await signalbox(root, ["label", "tide"])).err).toContain("--who: Nobody is named.");
    const other = await signalbox(root, ["label", "tide", "--candidate", "nwe"]);
    expect(other.err).toMatch(/--candidate: Run \S+ does not compare nwe with old\./);
    expect((await signalbox(root, ["judge-report", "tide", "--candidate", "old"])).err).toContain(
      "serves the route today",
    );
    expect((await signalbox(root, ["label", "tide", "--rubric", "--who", "anna"])).err).toContain(
      "has no judge with a rubric",
    );
  });
});
