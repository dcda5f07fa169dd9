import { type Document, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { messageOf, UserError } from "../errors.ts";
import { firstFault } from "./rule.ts";

const Id = z.string().regex(/^[a-z][a-z0-9-]*$/, "use lower-case letters, digits and - only");
const Instructions = z
  .string()
  .min(1)
  .default("You assess answers. Judge only what stands in them; do not reward length or style.");
const distinct = (list: readonly { readonly id: string }[]) => new Set(list.map(({ id }) => id)).size === list.length;

/** A rubric, as a file in `evals/rubrics/`: how to judge, and yes/no questions with weights. */
const RubricSchema = z.strictObject({
  title: z.string().min(1),
  instructions: Instructions,
  criteria: z
    .array(z.strictObject({ id: Id, ask: z.string().min(1), weight: z.number().positive().default(1) }))
    .min(1)
    .refine(distinct, { message: "two criteria have the same id" }),
  /** How the lines begin in which a judge that keeps to a form of its own compares two answers; its last one counts. */
  verdictLines: z
    .strictObject({ first: z.string().min(1), second: z.string().min(1), tie: z.string().min(1).optional() })
    .optional(),
});
export type Rubric = z.infer<typeof RubricSchema>;

/** A rubric of choices: what an answer may be, and what each is worth. `abstain` says that the judge cannot tell. */
const ChoicesSchema = z.strictObject({
  title: z.string().min(1),
  instructions: Instructions,
  choices: z
    .array(
      z.strictObject({
        id: Id,
        means: z.string().min(1),
        value: z.union([z.number().min(0).max(1), z.literal("abstain")]),
      }),
    )
    .min(2)
    .refine(distinct, { message: "two choices have the same id" }),
});
export type Choices = z.infer<typeof ChoicesSchema>;

/** Reads a rubric of criteria. @throws UserError with the file when it is none, and with the line where it is not even YAML. */
export function parseRubric(text: string, file: string): Rubric {
  return parse(RubricSchema, text, file);
}

/** Reads a rubric of choices. @throws UserError as {@link parseRubric} does */
export function parseChoices(text: string, file: string): Choices {
  return parse(ChoicesSchema, text, file);
}

function parse<T>(schema: z.ZodType<T>, text: string, file: string): T {
  const remedy = "docs/judges.md shows one.";
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const where = `${file}:${lines.linePos(fault.pos[0]).line}`;
    throw new UserError({ where, what: `Not YAML: ${fault.message}.`, remedy });
  }
  const parsed = schema.safeParse(contentOf(document, file, remedy));
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
