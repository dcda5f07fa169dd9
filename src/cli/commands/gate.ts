import { type Command, InvalidArgumentError } from "commander";
import { dollars, whole } from "../options.ts";
import type { World } from "../world.ts";

export interface GateOptions {
  readonly base?: string;
  readonly before?: string;
  readonly after: string;
  readonly routing: string;
  readonly catalog: string;
  readonly out?: string;
  readonly report?: string;
  readonly github?: boolean;
  readonly name?: string;
  readonly audit?: number;
  readonly maxSpend?: number;
  readonly yes?: boolean;
  readonly json?: boolean;
}

// It stands in the comment's hidden marker and in the name of the artifact.
function word(text: string): string {
  if (!/^\w[\w.-]*$/.test(text)) throw new InvalidArgumentError("Give letters, digits, dots and dashes.");
  return text;
}

/** `signalbox gate`. */
export function registerGate(program: Command, world: World, exit: (code: number) => void): void {
  program
    .command("gate")
    .summary("judge a change of the routing table by the evidence; calls nothing without --audit")
    .description(
      "Compares two versions of the routing table and judges every changed route by the committed evidence of its suite. Calls nothing, unless told to with --audit.",
    )
    .option(
      "--base <ref>",
      "compare with the merge base with this branch (default: the target of the pull request, else origin/main)",
    )
    .option("--before <file>", "compare with this file instead of a commit")
    .option("--after <file>", "the changed table", "routing.yaml")
    .option(
      "--routing <file>",
      "what describes the routes, where --before and --after name the file of its source",
      "routing.yaml",
    )
    .option("--catalog <file>", "the models", "models.yaml")
    .option("--out <folder>", "where evidence/ is (default: reports)")
    .option("--report <folder>", "also write findings.json, summary.md, junit.xml and code-quality.json here")
    .option("--github", "in a GitHub workflow: step summary, annotations, outputs, and one comment on the pull request")
    .option(
      "--name <word>",
      "with --github: tells the comment of this gate from those of others on the same request",
      word,
    )
    .option("--audit <n>", "ask the models n random cases of the evidence again and compare; needs their keys", whole)
    .option("--max-spend <usd>", "with --audit: never spend more than this", dollars)
    .option("-y, --yes", "with --audit: do not ask before spending")
    .option("--json", "print the findings as JSON on stdout")
    .addHelpText(
      "after",
      `
Examples:
  npm run gate
  npm run gate -- --base origin/main
  npm run gate -- --before old-routing.yaml --after routing.yaml

Exit codes: 0 every change passes; 1 a change is rejected; 2 usage or configuration; 4 a change is inconclusive; 70 a fault of signalbox.`,
    )
    .action(async (options: GateOptions) => {
      const { runGate } = await import("../gate.ts");
      exit(await runGate(world, options));
    });
}
