import type { ModelFacts } from "../../domain/detail.ts";
import { count } from "../numbers.ts";

/** Which models say they answered for a candidate, and how often. */
export function servedBy(facts: ModelFacts | undefined, asked: string): string {
  if (facts === undefined) return "no answer";
  const parts = facts.served.map(({ model, count: times }) => {
    const name = model === null ? "not said" : model === asked ? "as asked" : model;
    return `${name}: ${count(times)} of ${count(facts.answered)}`;
  });
  return parts.join("; ") || "no answer";
}
