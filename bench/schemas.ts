// Writes docs/schemas/ from the schemas of run.json and decision.json. A test compares the two.
//   npm run schemas
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { DecisionSchema } from "../src/domain/decision.ts";
import { RunFileSchema } from "../src/domain/run.ts";
import { ROOT } from "../test/project.ts";

/** The JSON Schemas by the paths they are kept at. */
export function schemas(): Map<string, string> {
  const text = (schema: z.ZodType) => `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`;
  return new Map([
    [join(ROOT, "docs/schemas/run.schema.json"), text(RunFileSchema)],
    [join(ROOT, "docs/schemas/decision.schema.json"), text(DecisionSchema)],
  ]);
}

if (import.meta.main) {
  for (const [file, text] of schemas()) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
