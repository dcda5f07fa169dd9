import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Suite } from "../domain/suite.ts";
import { promptFrames } from "../scorers/judge-prompt.ts";

/**
 * The texts of the rubrics that a suite's judges use, as far as they can be read, and the words around them: they decide
 * scores, so they are hashed.
 */
export function readRubrics(root: string, suite: Suite): string[] {
  const rubrics = suite.scorers.flatMap(({ options }) => {
    const path = options.rubric;
    if (typeof path !== "string") return [];
    try {
      return [readFileSync(join(root, path), "utf8")];
    } catch {
      return [];
    }
  });
  return rubrics.length === 0 ? [] : [...rubrics, promptFrames()];
}
