import { type Document, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { messageOf, UserError } from "../errors.ts";
import { firstFault } from "./rule.ts";

/** A rubric, as a file in `evals/rubrics/`: yes/no questions with weights. */
const RubricSchema = z.strictObject({
  title: z.string().min(1),
  criteria: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z][a-z0-9-]*$/, "use lower-case letters, digits and - only"),
        ask: z.string().min(1),
        weight: z.number().positive().default(1),
      }),
    )
    .min(1)
    .refine((criteria) => new Set(criteria.map(({ id }) => id)).size === criteria.length, {
      message: "two criteria have the same id",
    }),
});
export type Rubric = z.infer<typeof RubricSchema>;

/** Reads a rubric. @throws UserError with the file when it is none, and with the line where it is not even YAML. */
export function parseRubric(text: string, file: string): Rubric {
  const remedy = "docs/scorers.md shows one.";
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const where = `${file}:${lines.linePos(fault.pos[0]).line}`;
    throw new UserError({ where, what: `Not YAML: ${fault.message}.`, remedy });
  }
  const parsed = RubricSchema.safeParse(contentOf(document, file, remedy));
  if (parsed.success) return parsed.data;
  throw new UserError({ where: file, what: `Not a rubric: ${firstFault(parsed.error)}.`, remedy });
}

// An alias of nothing, or of too much, shows only here.
function contentOf(document: Document, file: string, remedy: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new UserError({ where: file, what: `Not YAML: ${messageOf(error)}.`, remedy });
  }
}
