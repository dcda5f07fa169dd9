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
    expect(out).toContain("110 pairs voted on by 2 people, 110 of them drawn at random; 110 by more than one person.");
    expect(out).toMatch(/scores and people, AC1 +0\.9\d \(95 % 0\.9\d to 1\.00, n = 110\)/);
    expect(out).toMatch(/people among themselves, Krippendorff +0\.98 \(95 % /);
    expect(out).toContain("coast=east");
    expect(out).toContain("These scores may carry a verdict here, because 110 labels (100 are needed) agree with them");
    const html = readFileSync(join(root, "reports/tide/latest/report.html"), "utf8");
    expect(html).toContain("What people say of the scores: tide, new beside old");
    expect(html).toMatch(/people among themselves, Krippendorff<\/dt>\s*<dd>0\.98 \(95 % /);
    expect(html).toContain("same verdict, coast&#x3D;east");
    expect(html).toContain("These scores may carry a verdict here");
  });

  it("say nothing once the question is another, though the answers are the same", async () => {
    using made = project();
    const { root } = made;
    const run = ["eval", "tide", "--replay", "answers.jsonl", "--incumbent", "old", "--quiet"];
    await signalbox(root, run);
    await labelled(root, votes("anna", 110), "--drawn-at-random");
    expect(await gradeOf(root)).toBe("calibrated");
    const file = join(root, "datasets/tide.jsonl");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("Sea?", "Lake?"));
    await signalbox(root, run);
    expect(await gradeOf(root)).toBe("advisory");
  });

  it("can be mended by a later file, and those on other models are named", async () => {
    using made = project();
    const { root } = made;
    const file = join(root, "answers.jsonl");
    const answers = readFileSync(file, "utf8");
    const third = answers.split("\n").filter((line) => line.includes('"old"'));
    writeFileSync(file, answers + third.join("\n").replaceAll("old", "third"));
    await signalbox(root, ["eval", "tide", "--replay", "answers.jsonl", "--incumbent", "old", "--quiet"]);
    const to = ["--candidate", "new"];
    expect((await labelled(root, votes("anna", 3), ...to)).out).toContain("3 labels added to");
    expect((await labelled(root, votes("anna", 3), ...to)).out).toContain(
      "0 labels added to datasets/labels/tide.jsonl; 3 were there already.",
    );
    expect((await labelled(root, votes("anna", 3), ...to, "--drawn-at-random")).out).toContain(
      "0 labels added to datasets/labels/tide.jsonl; 3 in place of earlier ones by the same person.",
    );
    const mended = await labelled(root, "c-0,new,old,second, anna \nc-1,old,third,tie,anna", ...to);
    expect(mended.out).toContain("1 in place of earlier ones");
    expect(mended.out).toContain(
      "1 vote on another model, not taken: npm run label tide -- --import votes.csv --candidate third",
    );
    const { people } = JSON.parse((await signalbox(root, ["judge-report", "tide", "--json", ...to])).out);
    expect(people).toMatchObject({ labellers: 1, pairs: 3 });
  });

  it("are read from a spreadsheet with semicolons, and a file without any is refused", async () => {
    using made = project();
    const { root } = made;
    await signalbox(root, ["eval", "tide", "--replay", "answers.jsonl", "--incumbent", "old", "--quiet"]);
    const imported = async (file: string, text: string | Uint8Array) => {
      writeFileSync(join(root, file), text);
      return await signalbox(root, ["label", "tide", "--import", file]);
    };
    const header = "case;first;second;winner;who";
    expect((await imported("votes.CSV", `${header}\nc-0;old;new;tie;anna\n`)).out).toContain("1 label added");
    for (const [file, text, message] of [
      ["none.csv", `${header}\n`, "none.csv: The file holds no vote."],
      ["none.jsonl", "", "none.jsonl: The file holds no vote."],
      ["utf16.csv", Buffer.from(`\ufeff${header}`, "utf16le"), "utf16.csv: The file is not UTF-8 text."],
      [
        "typo.jsonl",
        JSON.stringify({ case: "c-0", first: "old", second: "new", winner: "tie", who: "bo", raeson: "x" }),
        "raeson",
      ],
      ["nobody.jsonl", JSON.stringify({ case: "c-0", first: "old", second: "new", winner: "tie", who: "  " }), "who"],
    ] as const) {
      const ended = await imported(file, text);
      expect(ended.code, file).toBe(2);
      expect(ended.err).toContain(message);
    }
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
      [`${first},old,other,tie,anna`, 'votes.csv:2: The run has no model "other".'],
      [`${first},old,old,tie,anna`, 'votes.csv:2: "old" is compared with itself.'],
      [`${first},old,new,tie,anna\n${first},new,old,first,anna`, "votes.csv:3: anna votes twice on case"],
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
