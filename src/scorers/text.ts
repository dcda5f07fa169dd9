import { z } from "zod";
import { passFail, quote, type Rule } from "./rule.ts";

const TextTarget = z.union([z.string(), z.number(), z.looseObject({ text: z.string() })]);
const NoOptions = z.strictObject({});
const AnyTarget = z.unknown();

function wantedText(target: z.infer<typeof TextTarget>): string {
  return typeof target === "object" ? target.text : String(target);
}

/** Lower case, one space between words. */
function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

// Keeps the last character, or "!" would be the same as no text. A loop: /[.!]+$/ is quadratic over runs inside a text.
function withoutStop(text: string): string {
  let end = text.length;
  while (end > 1 && (text[end - 1] === "." || text[end - 1] === "!")) end -= 1;
  return text.slice(0, end);
}

/** The reply is the target, but for case, white space and a full stop. */
export const equals: Rule<z.infer<typeof TextTarget>, z.infer<typeof NoOptions>> = {
  certainty: "exact",
  target: TextTarget,
  options: NoOptions,
  prepare:
    () =>
    ({ completion }, target) => {
      const wanted = wantedText(target);
      const same = withoutStop(plain(completion.text)) === withoutStop(plain(wanted));
      return passFail(same, "is the target", `says ${quote(completion.text)}, wanted ${quote(wanted)}`);
    },
};

const ContainsOptions = z.strictObject({
  all: z.array(z.string().refine((text) => text.trim() !== "", { message: "an empty text is in every reply" })).min(1),
});

/** The reply contains every given text, whatever the case; a stop at the end of a given text is not looked for. */
export const contains: Rule<unknown, z.infer<typeof ContainsOptions>> = {
  certainty: "exact",
  target: AnyTarget,
  options: ContainsOptions,
  prepare:
    ({ all }) =>
    ({ completion }) => {
      const text = plain(completion.text);
      const absent = all.filter((wanted) => !text.includes(withoutStop(plain(wanted))));
      return passFail(absent.length === 0, "contains all", `lacks ${absent.map((wanted) => quote(wanted)).join(", ")}`);
    },
};

const RegexOptions = z.strictObject({ pattern: z.string().min(1), flags: z.string().default("u") });

/** The reply matches a regular expression. */
export const regex: Rule<unknown, z.infer<typeof RegexOptions>> = {
  certainty: "exact",
  target: AnyTarget,
  options: RegexOptions.refine(({ pattern, flags }) => compiles(pattern, flags), {
    message: "not a regular expression",
    path: ["pattern"],
  }),
  prepare:
    ({ pattern, flags }) =>
    ({ completion }) => {
      const matches = new RegExp(pattern, flags).test(completion.text);
      return passFail(matches, `matches /${pattern}/`, `does not match /${pattern}/: ${quote(completion.text)}`);
    },
};

function compiles(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}

const WordsOptions = z
  .strictObject({ min: z.number().int().nonnegative().default(0), max: z.number().int().positive().optional() })
  .refine(({ min, max }) => max === undefined || min <= max, { message: "min is above max", path: ["min"] });

/** The reply has between `min` and `max` words. */
export const words: Rule<unknown, z.infer<typeof WordsOptions>> = {
  certainty: "exact",
  target: AnyTarget,
  options: WordsOptions,
  prepare:
    ({ min, max = Number.POSITIVE_INFINITY }) =>
    ({ completion }) => {
      const count = completion.text.split(/\s+/).filter((word) => word !== "").length;
      const limits = Number.isFinite(max) ? `${min} to ${max}` : `at least ${min}`;
      return passFail(count >= min && count <= max, `${count} words`, `${count} words, wanted ${limits}`);
    },
};
