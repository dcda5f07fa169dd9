import { type Command, InvalidArgumentError } from "commander";

/** What the commands that plan a run take. */
export interface RunOptions {
  readonly models?: readonly string[];
  readonly limit?: number;
  readonly repeats?: number;
  readonly concurrency?: number;
  readonly seed: string;
  readonly replay?: string;
  readonly incumbent?: readonly string[];
  readonly catalog?: string;
  readonly routing?: string;
  readonly allowRelatedJudge?: boolean;
  readonly judge?: readonly string[];
  /** Seconds for a trial: attempts and waits. */
  readonly deadline?: number;
  readonly maxSpend?: number;
  /** One candidate, asked on cases that no look at it has used. */
  readonly confirm?: string;
  readonly untilDecided?: boolean;
  /** Ask again for what the cache has. */
  readonly fresh?: boolean;
  readonly resume?: boolean;
  readonly out?: string;
}

/** Names, separated by commas. */
export function list(text: string): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0) throw new InvalidArgumentError("Give at least one name.");
  return names;
}

/** Reads a whole number from 1 up. */
export function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("Give a whole number from 1 up.");
  return value;
}

/** Reads an amount above 0, with or without a dollar sign. */
export function dollars(text: string): number {
  const value = Number(text.replace(/^\$/, ""));
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("Give an amount of dollars above 0.");
  return value;
}

/** Adds the flags that say what a run consists of. */
export function addRunOptions(command: Command): Command {
  return command
    .option("--models <a,b>", "compare these models only (id, or id#variant for another prompt)", list)
    .option("--confirm <model>", "confirm one candidate on cases that no look at it has used")
    .option("--limit <n>", "use the first n cases of the drawn order", whole)
    .option("--repeats <k>", "ask every case k times", whole)
    .option("--concurrency <n>", "calls in flight at once, per provider", whole)
    .option("--seed <text>", "seed of the run (the order of the cases does not depend on it)", "1")
    .option(
      "--deadline <seconds>",
      "give a call up after this long, all attempts and waits together (default: 600)",
      whole,
    )
    .option("--replay <file>", "take the answers from a JSONL file; nobody but a judge is called")
    .option(
      "--incumbent <a,b>",
      "the model that serves the task today, in place of the routing table; route=model keeps the table's other routes",
      list,
    )
    .option("--catalog <file>", "the models (default: models.yaml, or evals/demo/models.yaml without a key)")
    .option("--routing <file>", "the routing table (default: routing.yaml, or evals/demo/routing.yaml without a key)")
    .option("--judge <a,b>", "let this model judge, or these as a panel of at least three families", list)
    .option("--allow-related-judge", "let a judge of a compared model's family judge; verdicts are advisory then")
    .option("--max-spend <usd>", "never spend more than this", dollars);
}
