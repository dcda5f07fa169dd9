import Handlebars from "handlebars/dist/handlebars.min.js";
import { UserError } from "../errors.ts";

/** What Handlebars brings along; prompts have no helpers of their own. */
const HELPERS = ["if", "unless", "each", "with", "lookup", "log"];

/**
 * Parses a prompt template.
 * @throws UserError when it is not Handlebars, or asks for a helper or a partial: those would fail only when it is rendered.
 */
export function parseTemplate(template: string, where: string): hbs.AST.Program {
  let program: hbs.AST.Program;
  try {
    program = Handlebars.parse(template);
  } catch (error) {
    const [fault = "", near] = (error as Error).message.split("\n");
    const place = near === undefined ? "" : `, near "${near}"`;
    const what = `The prompt is not a Handlebars template: ${fault.replace(/:$/, "")}${place}.`;
    throw new UserError({ where, what, remedy: "Mend the template." });
  }
  const [foreign] = new ForeignParts().of(program);
  if (foreign !== undefined) {
    const remedy = `Write it out, or give it in the case's vars. Helpers: ${HELPERS.join(", ")}.`;
    throw new UserError({ where, what: `The prompt uses the ${foreign}, which does not exist.`, remedy });
  }
  return program;
}

class ForeignParts extends Handlebars.Visitor {
  readonly #found: string[] = [];

  of(program: hbs.AST.Program): readonly string[] {
    this.accept(program);
    return this.#found;
  }

  #call(node: hbs.AST.Node): void {
    const { path, params } = node as hbs.AST.SubExpression;
    if (params.length === 0) return;
    const name = String((path as hbs.AST.PathExpression).original);
    if (!HELPERS.includes(name)) this.#found.push(`helper "${name}"`);
  }

  override MustacheStatement(node: hbs.AST.MustacheStatement): void {
    this.#call(node);
    super.MustacheStatement(node);
  }

  override BlockStatement(node: hbs.AST.BlockStatement): void {
    this.#call(node);
    super.BlockStatement(node);
  }

  override SubExpression(node: hbs.AST.SubExpression): void {
    this.#call(node);
    super.SubExpression(node);
  }

  override PartialStatement(node: hbs.AST.PartialStatement): void {
    this.#found.push(`partial "${(node.name as hbs.AST.PathExpression).original}"`);
  }

  override PartialBlockStatement(node: hbs.AST.PartialBlockStatement): void {
    this.#found.push(`partial "${(node.name as hbs.AST.PathExpression).original}"`);
  }

  override Decorator(node: hbs.AST.Decorator): void {
    this.#found.push(`decorator "${(node.path as hbs.AST.PathExpression).original}"`);
  }

  override DecoratorBlock(node: hbs.AST.DecoratorBlock): void {
    this.#found.push(`decorator "${(node.path as hbs.AST.PathExpression).original}"`);
  }
}

/** The names a template takes from its case or the suite's data. */
export interface TemplateNames {
  /** Printed as they are: every case must have them. */
  readonly required: ReadonlySet<string>;
  /** Asked for by `#if`, `#each` and the like: some case must have them. */
  readonly optional: ReadonlySet<string>;
}

/**
 * The top-level names of a template. What stands inside `#each`, `#with` and `#name` belongs to the inner object and is
 * not listed. A name inside an `#if` of another name is required: ask for it in an `#if` of its own where it may lack.
 */
export function templateNames(program: hbs.AST.Program): TemplateNames {
  const required = new Set<string>();
  const optional = new Set<string>();
  walk(program, new Set(), required, optional);
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
      for (const name of asked(statement as hbs.AST.MustacheStatement)) {
        (guarded.has(name) ? optional : required).add(name);
      }
    } else if (statement.type === "BlockStatement") {
      const block = statement as hbs.AST.BlockStatement;
      const names = asked(block);
      for (const name of names) optional.add(name);
      const kind = block.params.length === 0 ? "" : (block.path as hbs.AST.PathExpression).original;
      const inner = new Set([...guarded, ...names]);
      if ((kind === "if" || kind === "unless") && block.program) walk(block.program, inner, required, optional);
      if (block.inverse) walk(block.inverse, inner, required, optional);
    }
  }
}

/** The names that an expression reads: of a call its arguments, else the expression itself. */
function asked({ path, params, hash }: hbs.AST.MustacheStatement | hbs.AST.BlockStatement): string[] {
  const options = (hash as hbs.AST.Hash | undefined)?.pairs.map(({ value }) => value) ?? [];
  return [...(params.length === 0 ? [path] : params), ...options].flatMap(headOf);
}

function headOf(node: hbs.AST.Node): string[] {
  if (node.type === "SubExpression") return (node as hbs.AST.SubExpression).params.flatMap(headOf);
  if (node.type !== "PathExpression") return [];
  const path = node as hbs.AST.PathExpression;
  const [first, second] = path.parts;
  if (path.data) return first === "root" && typeof second === "string" ? [second] : [];
  return path.depth > 0 || typeof first !== "string" ? [] : [first];
}
