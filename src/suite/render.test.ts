import { describe, expect, it } from "vitest";
import { type Case, CaseSchema } from "../domain/case.ts";
import { complaintOf } from "./folder.fixtures.ts";
import { compilePrompt, TemplateCheck } from "./render.ts";

const aCase = (id: string, vars: Record<string, unknown> = {}, input: unknown = "Why?"): Case =>
  CaseSchema.parse({ id, input, vars });
const CHAT = [
  { role: "user", content: "Hi" },
  { role: "assistant", content: "Yes?" },
  { role: "user", content: "Why?" },
];

function render(user: string, item: Case, data = {}, system?: string) {
  return compilePrompt({ user, ...(system === undefined ? {} : { system }) }, data, "evals/s.ts")(item);
}

function complaint(user: string, cases: readonly Case[], data = {}, system?: string) {
  const lines = cases.map((item, index) => ({ item, where: `d.jsonl:${index + 1}` }));
  const prompt = { user, ...(system === undefined ? {} : { system }) };
  return complaintOf(() => {
    const check = new TemplateCheck(prompt, data, "evals/s.ts");
    for (const line of lines) check.see(line);
    check.finish();
  });
}

describe("compilePrompt", () => {
  it("fills in input, vars and data, vars before data, and escapes nothing", () => {
    const item = aCase("a", { tone: "<b> & 'c'" }, "1 < 2");
    expect(render("{{input}} {{tone}} {{level}}", item, { tone: "dull", level: 3 }, "Be {{tone}}")).toEqual([
      { role: "system", content: "Be <b> & 'c'" },
      { role: "user", content: "1 < 2 <b> & 'c' 3" },
    ]);
  });

  it("does not read templates in what a case says", () => {
    expect(render("{{input}}", aCase("a", { secret: "x" }, "{{secret}}"))[0]?.content).toBe("{{secret}}");
  });

  it("sends a conversation as it is, after the system prompt", () => {
    expect(render("ignored {{input}}", aCase("a", {}, CHAT), {}, "Be brief")).toEqual([
      { role: "system", content: "Be brief" },
      ...CHAT,
    ]);
  });

  it("keeps what belongs to the language out of prompts", () => {
    expect(render("[{{constructor}}{{__proto__}}{{input.constructor}}]", aCase("a"))[0]?.content).toBe("[]");
  });

  it("looks definitions up", () => {
    const data = { tasks: { triage: { question: "Which?", labels: { bug: "broken", other: "else" } } } };
    const template =
      "{{#with (lookup tasks task)}}{{question}}{{#each labels}} {{@key}}={{this}}{{/each}}{{/with}} {{input}}";
    expect(render(template, aCase("a", { task: "triage" }), data)[0]?.content).toBe(
      "Which? bug=broken other=else Why?",
    );
  });
});

describe("TemplateCheck", () => {
  it.each([
    ["input", "{{{input}}}", {}],
    ["a variable that every case has", "{{a}}", {}],
    ["data", "{{tone}}", { tone: "dry" }],
    ["a variable that some case has, asked for", "{{#if b}}{{b}}{{/if}}", {}],
    ["one asked for by #unless", "{{#unless b}}none{{else}}{{b}}{{/unless}}", {}],
    ["one in an else", "{{#if b}}x{{else}}{{a}}{{/if}}", {}],
    ["a section", "{{#b}}{{inner}}{{/b}}{{^b}}none{{/b}}", {}],
    ["a list", "{{#each list}}{{name}} {{@index}} {{../a}}{{/each}}", {}],
    ["a list with block parameters", "{{#each list as |x i|}}{{x.name}}{{i}}{{/each}}", {}],
    ["a nested name", "{{a.b.c}}", {}],
    ["a lookup", "{{#with (lookup tasks a)}}{{anything}}{{/with}}", { tasks: {} }],
    ["the root", "{{@root.a}}", {}],
    ["a comment", "{{! what? }}{{!-- {{nothing}} --}}x", {}],
    ["a literal", '{{"text"}}', {}],
  ])("accepts %s", async (_name, template, data) => {
    expect(
      await complaint(template, [aCase("x", { a: 1, b: 2, list: [] }), aCase("y", { a: 2 })], data),
    ).toBeUndefined();
  });

  it.each([
    ["a typing error", "{{inptu}}", 'evals/s.ts: The prompt uses {{inptu}}, which no case has. Did you mean "input"? '],
    ["one asked for", "{{#if zzzzzz}}x{{/if}}", "The prompt uses {{zzzzzz}}, which no case has. Known: input, a, b. "],
    ["one listed", "{{#each zzzzzz}}x{{/each}}", "The prompt uses {{zzzzzz}}, which no case has."],
    ["a section's", "{{#zzzzzz}}x{{/zzzzzz}}", "The prompt uses {{zzzzzz}}, which no case has."],
    ["one looked up by", "{{lookup a zzzzzz}}", "The prompt uses {{zzzzzz}}, which no case has."],
    [
      "one looked up in a block",
      "{{#with (lookup a zzzzzz)}}x{{/with}}",
      "The prompt uses {{zzzzzz}}, which no case has.",
    ],
    ["one from the root", "{{@root.zzzzzz}}", "The prompt uses {{zzzzzz}}, which no case has."],
    ["a name of the language", "{{constructor}}", "The prompt uses {{constructor}}, which no case has."],
  ])("complains of a variable that no case has: %s", async (_name, template, message) => {
    expect(await complaint(template, [aCase("x", { a: 1, b: 2 })])).toContain(message);
  });

  it("names the case that lacks what is printed, with its line", async () => {
    expect(await complaint("{{b}}", [aCase("x", { b: 1 }), aCase("y")])).toBe(
      'd.jsonl:2: Case "y" has no vars.b, which the prompt prints. Add it, or ask for it with {{#if b}} in evals/s.ts.',
    );
  });

  it("asks for what stands inside an #if of another name", async () => {
    expect(await complaint("{{#if a}}{{b}}{{/if}}", [aCase("x", { a: 1, b: 1 }), aCase("y", { a: 1 })])).toContain(
      'Case "y" has no vars.b',
    );
  });

  it("checks the system prompt as well, for conversations too", async () => {
    expect(await complaint("{{input}}", [aCase("x", {}, CHAT)], {}, "{{tone}}")).toContain("The prompt uses {{tone}}");
  });

  it("does not ask of a conversation what only the user template prints", async () => {
    expect(await complaint("{{a}}", [aCase("x", { a: 1 }), aCase("y", {}, CHAT)])).toBeUndefined();
    expect(await complaint("{{a}}", [aCase("y", {}, CHAT)])).toBeUndefined();
  });

  it.each([
    [
      "an open block",
      "{{#if a}}x",
      'The prompt is not a Handlebars template: Parse error on line 1, near "{{#if a}}x". ',
    ],
    ["blocks that cross", "{{#if a}}x{{/unless}}", "not a Handlebars template: if doesn't match unless - 1:3. "],
    ["a helper of its own", "{{shout a}}", 'The prompt uses the helper "shout", which does not exist. '],
    ["a helper in a condition", "{{#if (eq a 1)}}x{{/if}}", 'uses the helper "eq", which does not exist.'],
    ["a helper in a list", "{{#each a}}{{shout this}}{{/each}}", 'uses the helper "shout", which does not exist.'],
    ["a block of its own", "{{#loud a}}x{{/loud}}", 'uses the helper "loud", which does not exist.'],
    ["a partial", "{{> intro}}", 'uses the partial "intro", which does not exist.'],
    ["an inline partial", '{{#*inline "x"}}y{{/inline}}', 'uses the decorator "inline", which does not exist.'],
  ])("complains of %s before anything is rendered", async (_name, template, message) => {
    const complaints = [
      await complaint(template, [aCase("x", { a: 1 })]),
      await complaintOf(() => compilePrompt({ user: template }, {}, "evals/s.ts")),
    ];
    for (const said of complaints) expect(said).toContain(message);
    expect(complaints[0]).toMatch(/^evals\/s\.ts: /);
  });
});
