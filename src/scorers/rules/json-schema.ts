import { createRequire } from "node:module";
import type { Options as AjvOptions, AnySchema, ErrorObject, ValidateFunction } from "ajv";
import { z } from "zod";
import { messageOf, UserError } from "../../errors.ts";
import { JsonPlace, readJson } from "../json-answer.ts";
import { compileMatcher } from "../matcher.ts";
import { clip, passFail, type Rule } from "../rule.ts";
import { within } from "../within.ts";

const Options = z.strictObject({
  /** A JSON Schema: of 2020-12, or of the draft its `$schema` names (draft-07 or 2019-09). */
  schema: z.union([z.record(z.string(), z.unknown()), z.boolean()]),
  place: JsonPlace,
});

const DEADLINE_MS = 1_000;
/** A shorter answer cannot make a schema take long: its expressions have deadlines of their own. */
const SHORT = 5_000;

/** The answer is JSON and fits a JSON Schema. */
export const jsonSchema: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  prepare({ schema, place }) {
    const validate = compile(schema);
    return ({ completion: { text } }) => {
      const reading = readJson(text, place);
      if ("fault" in reading) return passFail(false, "", reading.fault);
      const fits = () => validate(reading.value);
      const passed = text.length <= SHORT ? fits() : within(DEADLINE_MS, fits);
      return passFail(passed, "fits the schema", faultOf(validate.errors?.[0]));
    };
  },
};

function faultOf(error: ErrorObject | undefined): string {
  if (error === undefined) return "does not fit the schema";
  const { instancePath, message, keyword, params } = error;
  const named: unknown = params.additionalProperty ?? params.unevaluatedProperty ?? params.allowedValues;
  const detail = named === undefined ? "" : ` (${clip(JSON.stringify(named))})`;
  return `does not fit the schema: ${instancePath === "" ? "" : `${clip(instancePath)} `}${message ?? keyword}${detail}`;
}

/** @throws UserError where the schema itself is wrong */
function compile(schema: z.infer<typeof Options>["schema"]): ValidateFunction {
  try {
    return createAjv(typeof schema === "boolean" ? "" : String(schema.$schema ?? "")).compile(schema as AnySchema);
  } catch (error) {
    const what = `The schema of json-schema is wrong: ${messageOf(error)}.`;
    throw new UserError({ what, remedy: "Mend it in the suite (https://json-schema.org)." });
  }
}

// Loaded by the suites that use it alone.
const load = createRequire(import.meta.url);

function createAjv(draft: string): { compile(schema: AnySchema): ValidateFunction } {
  // Ajv tells expressions apart by their text.
  const engine = (pattern: string, flags: string) => {
    return { ...compileMatcher(pattern, flags), toString: () => `/${pattern}/${flags}` };
  };
  const regExp = Object.assign(engine, { code: "" });
  const options: AjvOptions = { strictTypes: false, strictTuples: false, strictRequired: false, code: { regExp } };
  const { default: addFormats } = load("ajv-formats") as typeof import("ajv-formats");
  const ajv = draft.includes("draft-07")
    ? new (load("ajv") as typeof import("ajv")).Ajv(options)
    : draft.includes("2019-09")
      ? new (load("ajv/dist/2019.js") as typeof import("ajv/dist/2019.js")).Ajv2019(options)
      : new (load("ajv/dist/2020.js") as typeof import("ajv/dist/2020.js")).Ajv2020(options);
  addFormats(ajv);
  return ajv;
}
