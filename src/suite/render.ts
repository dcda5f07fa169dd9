import Handlebars from "handlebars";
import type { Case, Message } from "../domain/case.ts";
import type { Prompt } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import { suggest } from "./complain.ts";
import { parseTemplate, templateNames } from "./template.ts";

/** Turns a case into the messages that a model is sent. */
export type Renderer = (item: Case) => Message[];

/**
 * Compiles a prompt variant. Conversations (`input` as messages) are sent as they are, after the system prompt.
 * @throws UserError when the template cannot be rendered.
 */
export function compilePrompt(prompt: Prompt, data: Readonly<Record<string, unknown>>, where: string): Renderer {
  const user = compile(prompt.user, where);
  const system = prompt.system === undefined ? undefined : compile(prompt.system, where);
  return (item) => {
    const values = { ...data, ...item.vars, input: item.input };
    const messages: Message[] = system === undefined ? [] : [{ role: "system", content: system(values) }];
    if (typeof item.input !== "string") return [...messages, ...item.input];
    return [...messages, { role: "user", content: user(values) }];
  };
}

// Prompts are plain text, so nothing is escaped; templates are the project's own, so prototypes stay out of reach by default.
function compile(template: string, where: string): (values: Record<string, unknown>) => string {
  return Handlebars.compile(parseTemplate(template, where), { noEscape: true });
}

/**
 * Checks that the cases have what the template asks for. Conversations are not asked for what `user` prints.
 * @throws UserError naming the variable, and the case that lacks it; and for a template that cannot be rendered.
 */
export function checkTemplate(
  prompt: Prompt,
  data: Readonly<Record<string, unknown>>,
  lines: readonly CaseLine[],
  suiteFile: string,
): void {
  const questions = lines.filter(({ item }) => typeof item.input === "string");
  if (prompt.system !== undefined) checkPart(prompt.system, data, lines, suiteFile);
  checkPart(prompt.user, data, questions, suiteFile);
}

interface CaseLine {
  readonly item: Case;
  /** `file:line`. */
  readonly where: string;
}

function checkPart(
  template: string,
  data: Readonly<Record<string, unknown>>,
  lines: readonly CaseLine[],
  suiteFile: string,
): void {
  const { required, optional } = templateNames(parseTemplate(template, suiteFile));
  if (lines.length === 0) return;
  const known = new Set(["input", ...Object.keys(data), ...lines.flatMap(({ item }) => Object.keys(item.vars))]);
  for (const name of [...required, ...optional]) {
    if (known.has(name)) continue;
    const what = `The prompt uses {{${name}}}, which no case has.`;
    const remedy = `${suggest(name, [...known])} Cases give variables in "vars".`;
    throw new UserError({ where: suiteFile, what, remedy });
  }
  for (const name of required) {
    if (name === "input" || Object.hasOwn(data, name)) continue;
    const lacking = lines.find(({ item }) => !Object.hasOwn(item.vars, name));
    if (lacking === undefined) continue;
    const what = `Case "${lacking.item.id}" has no vars.${name}, which the prompt prints.`;
    const remedy = `Add it, or ask for it with {{#if ${name}}} in ${suiteFile}.`;
    throw new UserError({ where: lacking.where, what, remedy });
  }
}
