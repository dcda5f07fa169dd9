import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Suite } from "../domain/suite.ts";

/** The texts of the rubrics that a suite's judges use, as far as they can be read: they decide scores, so they are hashed. */
export function readRubrics(root: string, suite: Suite): string[] {
  return suite.scorers.flatMap(({ options }) => {
    const path = options.rubric;
    if (typeof path !== "string") return [];
    try {
      return [readFileSync(join(root, path), "utf8")];
    } catch {
      return [];
    }
  });
}
