/** Paths of what a run leaves behind, in its folder. */
export const OUTPUTS = {
  journal: "journal.jsonl",
  run: "run.json",
  decision: "decision.json",
  csv: "results.csv",
  models: "models.csv",
  html: "report.html",
  markdown: "summary.md",
  junit: "junit.xml",
} as const;

/** Where `--bundle` puts the page and the answers beside it. */
export const BUNDLE = { page: "report/index.html", shards: "report/shards" } as const;
