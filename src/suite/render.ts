import Handlebars from "handlebars";
import type { Case, Message } from "../domain/case.ts";
import type { Prompt } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import { suggest } from "./complain.ts";

/** Turns a case into the messages that a model is sent. */
export type Renderer = (item: Case) => Message[];

/**
 * Compiles a prompt variant. Conversations (`input` as messages) are sent as they are, after the system prompt.
 * @throws UserError when the template is not Handlebars.
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
  try {
    Handlebars.parse(template);
  } catch (error) {
    const what = `The prompt is not a Handlebars template: ${(error as Error).message.split("\n")[0]}.`;
    throw new UserError({ where, what, remedy: "Mend the template." });
  }
  return Handlebars.compile(template, { noEscape: true });
}

/** The names a prompt takes from its case or its data. */
export interface TemplateNames {
  /** Printed as they are: every case must have them. */
  readonly required: ReadonlySet<string>;
  /** Asked for by `#if`, `#each` and the like: some case must have them. */
  readonly optional: ReadonlySet<string>;
}

/** The top-level names of a template. What stands inside `#each` and `#with` belongs to the inner object and is not listed. */
export function templateNames(prompt: Prompt): TemplateNames {
  const required = new Set<string>();
  const optional = new Set<string>();
  for (const template of [prompt.user, prompt.system ?? ""])
    walk(Handlebars.parse(template), new Set(), required, optional);
  for (const name of required) optional.delete(name);
  return { required, optional };
}

function walk(
  program: hbs.AST.Program,
  guarded: ReadonlySet<string>,
  required: Set<string>,
  optional: Set<string>,
): void {
  for (const statement of program.body) {
    if (statement.type === "MustacheStatement") {
      const { path, params } = statement as hbs.AST.MustacheStatement;
      const names = params.length === 0 ? [path] : params;
      for (const name of heads(names)) (guarded.has(name) ? optional : required).add(name);
    } else if (statement.type === "BlockStatement") {
      const block = statement as hbs.AST.BlockStatement;
      const asked = heads(block.params);
      for (const name of asked) optional.add(name);
      const kind = (block.path as hbs.AST.PathExpression).original;
      const inside = kind === "each" || kind === "with" ? undefined : block.program;
      const inner = new Set([...guarded, ...asked]);
      if (inside) walk(inside, inner, required, optional);
      if (block.inverse) walk(block.inverse, inner, required, optional);
    }
  }
}

function heads(expressions: readonly hbs.AST.Node[]): string[] {
  return expressions.flatMap((node) => {
    if (node.type === "SubExpression") return heads((node as hbs.AST.SubExpression).params);
    if (node.type !== "PathExpression") return [];
    const path = node as hbs.AST.PathExpression;
    const [head] = path.parts;
    return path.data || path.depth > 0 || typeof head !== "string" ? [] : [head];
  });
}

/**
 * Checks that the cases have what the template asks for.
 * @throws UserError naming the variable, and the case that lacks it.
 */
export function checkTemplate(
  prompt: Prompt,
  data: Readonly<Record<string, unknown>>,
  lines: readonly { readonly item: Case; readonly where: string }[],
  suiteFile: string,
): void {
  const { required, optional } = templateNames(prompt);
  const known = new Set(["input", ...Object.keys(data), ...lines.flatMap(({ item }) => Object.keys(item.vars))]);
  for (const name of [...required, ...optional]) {
    if (known.has(name)) continue;
    const what = `The prompt uses {{${name}}}, which no case has.`;
    const remedy = `${suggest(name, [...known])} Cases give variables in "vars".`;
    throw new UserError({ where: suiteFile, what, remedy });
  }
  for (const name of required) {
    if (name === "input" || name in data) continue;
    const lacking = lines.find(({ item }) => !(name in item.vars));
    if (lacking === undefined) continue;
    const what = `Case "${lacking.item.id}" has no vars.${name}, which the prompt prints.`;
    const remedy = `Add it, or ask for it with {{#if ${name}}} in ${suiteFile}.`;
    throw new UserError({ where: lacking.where, what, remedy });
  }
}
