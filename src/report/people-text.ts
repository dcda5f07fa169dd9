import type { Trust } from "../domain/decision.ts";
import { plural } from "./numbers.ts";

/** Whether scores may carry a verdict by what people said of them, and why. */
export function trustSentence({ problems, labels, labelsNeeded, ac1 }: Trust, who = "These scores"): string {
  if (problems.length > 0) return `${who} may not carry a verdict here, because ${problems.join("; ")}.`;
  const agreement = ac1 === null ? "" : ` with an AC1 of ${ac1.value.toFixed(2)}`;
  return `${who} may carry a verdict here, because ${plural(labels, "label")} (${labelsNeeded} are needed) agree with them${agreement}, and no side is favoured by more than half the margin.`;
}
