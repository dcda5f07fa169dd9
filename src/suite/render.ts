import Handlebars from "handlebars/dist/handlebars.min.js";
import type { Case, Message } from "../domain/case.ts";
import type { Prompt } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import { suggest } from "./complain.ts";
import { parseTemplate, type TemplateNames, templateNames } from "./template.ts";

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

interface CaseLine {
  readonly item: Case;
  /** `file:line`. */
  readonly where: string;
}

/**
 * Checks that the cases of a dataset have what a prompt asks for, as they stream by. Conversations are not asked for what
 * `user` prints.
 */
export class TemplateCheck {
  readonly #system: PartCheck | undefined;
  readonly #user: PartCheck;

  /** @throws UserError for a template that cannot be rendered */
  constructor(prompt: Prompt, data: Readonly<Record<string, unknown>>, suiteFile: string) {
    this.#system = prompt.system === undefined ? undefined : new PartCheck(prompt.system, data, suiteFile);
    this.#user = new PartCheck(prompt.user, data, suiteFile);
  }

  see(line: CaseLine): void {
    this.#system?.see(line);
    if (typeof line.item.input === "string") this.#user.see(line);
  }

  /** @throws UserError naming the variable that no case has, or the first case that lacks one */
  finish(): void {
    this.#system?.finish();
    this.#user.finish();
  }
}

class PartCheck {
  readonly #names: TemplateNames;
  readonly #suiteFile: string;
  readonly #known: Set<string>;
  /** The first case that lacks what is printed, by name. */
  readonly #lacking = new Map<string, { readonly id: string; readonly where: string }>();
  /** Names that every case must have. */
  readonly #printed: readonly string[];
  #isEmpty = true;

  constructor(template: string, data: Readonly<Record<string, unknown>>, suiteFile: string) {
    this.#names = templateNames(parseTemplate(template, suiteFile));
    this.#suiteFile = suiteFile;
    this.#known = new Set(["input", ...Object.keys(data)]);
    this.#printed = [...this.#names.required].filter((name) => !this.#known.has(name));
  }

  see({ item, where }: CaseLine): void {
    this.#isEmpty = false;
    for (const name of Object.keys(item.vars)) this.#known.add(name);
    for (const name of this.#printed) {
      if (Object.hasOwn(item.vars, name) || this.#lacking.has(name)) continue;
      this.#lacking.set(name, { id: item.id, where });
    }
  }

  finish(): void {
    if (this.#isEmpty) return;
    const { required, optional } = this.#names;
    const unknown = [...required, ...optional].find((name) => !this.#known.has(name));
    if (unknown !== undefined) {
      const what = `The prompt uses {{${unknown}}}, which no case has.`;
      const remedy = `${suggest(unknown, [...this.#known])} Cases give variables in "vars".`;
      throw new UserError({ where: this.#suiteFile, what, remedy });
    }
    const [lacking] = this.#lacking;
    if (lacking === undefined) return;
    const [name, { id, where }] = lacking;
    const what = `Case "${id}" has no vars.${name}, which the prompt prints.`;
    throw new UserError({ where, what, remedy: `Add it, or ask for it with {{#if ${name}}} in ${this.#suiteFile}.` });
  }
}
