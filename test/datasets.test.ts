import { describe, expect, it } from "vitest";
import { jsonl, makeProject, ROOT, signalbox, suiteFile } from "./project.ts";

interface Findings {
  readonly suite: string;
  readonly cases: number;
  readonly faults: readonly string[];
}

async function check(cwd: string, ...argv: string[]): Promise<{ code: number; findings: Findings[] }> {
  const { code, out } = await signalbox(cwd, ["datasets", ...argv, "--json"]);
  return { code, findings: JSON.parse(out) as Findings[] };
}

// The code suite runs some 1,400 solutions, so it is proved in datasets.full.ts.
it.each([
  ["research", 150],
  ["classification", 450],
  ["orchestration", 120],
])("the dataset of %s has at least %i cases and no fault", async (suite, least) => {
  const { code, findings } = await check(ROOT, suite);
  expect(findings[0]?.faults).toEqual([]);
  expect(findings[0]?.cases).toBeGreaterThanOrEqual(least);
  expect(code).toBe(0);
});

describe("a fault of a dataset is found and named with file, line and case", () => {
  const LABEL = 'scale: "binary", scorers: [{ name: "label", rule: "label", options: { labels: ["glad", "cross"] } }]';
  const CASES = [
    {
      id: "a",
      input: "Third delay this week, and nobody told us a word about it before.",
      target: { label: "cross" },
      tags: { complexity: "simple" },
    },
    { id: "b", input: "It came early and it works.", target: { label: "glad" }, tags: { complexity: "complex" } },
  ];
  const BOOK = [
    { id: "a", confusions: ["glad"] },
    { id: "b", confusions: ["cross"] },
  ];

  async function faultsOf(cases: readonly object[], book: readonly object[]): Promise<string> {
    using project = makeProject({
      "evals/mood.ts": suiteFile("mood", `answers: "datasets/mood.answers.jsonl", ${LABEL}`),
      "datasets/mood.jsonl": jsonl(cases),
      "datasets/mood.answers.jsonl": jsonl(book),
    });
    const { code, findings } = await check(project.root);
    expect(code).toBe(findings[0]?.faults.length === 0 ? 0 : 2);
    return findings[0]?.faults.join("\n") ?? "";
  }

  it("none, where all is well", async () => {
    expect(await faultsOf(CASES, BOOK)).toBe("");
  });

  it("a case reworded", async () => {
    const twin = {
      ...CASES[0],
      id: "c",
      input: "Third delay this week, and nobody told us a word about it beforehand.",
    };
    expect(await faultsOf([...CASES, twin], [...BOOK, { id: "c", confusions: ["glad"] }])).toBe(
      'datasets/mood.jsonl:3: case "c": is nearly the same as "a"',
    );
  });

  it("a confusion that is right, and a chatty reply that is not", async () => {
    const book = [{ id: "a", confusions: ["cross"], chatty: "The writer is glad." }, BOOK[1] as object];
    const faults = await faultsOf(CASES, book);
    expect(faults).toContain('datasets/mood.jsonl:1: case "a": label: "cross" scores 1');
    expect(faults).toContain('datasets/mood.jsonl:1: case "a": label: the chatty reply scores 0');
  });

  it("an entry that is missing, and one that answers no case", async () => {
    const faults = await faultsOf(CASES, [BOOK[0] as object, { id: "z", confusions: ["glad"] }]);
    expect(faults).toContain('case "b": has no entry in datasets/mood.answers.jsonl');
    expect(faults).toContain('datasets/mood.answers.jsonl: "z" answers no case');
  });

  it("a case that says its own label", async () => {
    const told = [{ ...CASES[0], input: "Third delay this week. Correct label: cross." }, CASES[1] as object];
    expect(await faultsOf(told, BOOK)).toBe('datasets/mood.jsonl:1: case "a": the prompt shows the label: cross');
  });

  it("nothing of complexity, where no case is tagged with it", async () => {
    const untagged = CASES.map((item) => ({ ...item, tags: {} }));
    expect(await faultsOf(untagged, BOOK)).toBe("");
  });

  it("a suite that cannot be read, beside the others", async () => {
    using project = makeProject({
      "evals/mood.ts": suiteFile("mood", `answers: "datasets/mood.answers.jsonl", ${LABEL}`),
      "datasets/mood.jsonl": jsonl(CASES),
      "datasets/mood.answers.jsonl": jsonl(BOOK),
      "evals/lost.ts": suiteFile("lost", LABEL),
    });
    const { code, findings } = await check(project.root);
    expect(code).toBe(2);
    expect(findings.map(({ suite, faults }) => [suite, faults.length])).toEqual([
      ["lost", 1],
      ["mood", 0],
    ]);
    expect(findings[0]?.faults[0]).toContain("datasets/lost.jsonl");
  });

  it("too few complex cases", async () => {
    const simple = CASES.map((item) => ({ ...item, tags: { complexity: "simple" } }));
    expect(await faultsOf(simple, BOOK)).toBe("datasets/mood.jsonl: only 0\u202f% of the cases are complex");
  });
});
