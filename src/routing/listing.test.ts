import { describe, expect, it } from "vitest";
import { type Layout, listTasks, switchTask } from "./listing.ts";
import { idOf, nameOf } from "./names.ts";
import { readTree } from "./splice.ts";

const LITELLM: Layout = { format: "litellm" };

function fault(text: string, layout: Layout, task: string, to: string, file = "config.yaml"): string {
  try {
    return switchTask(readTree(text, file), layout, task, to).text;
  } catch (error) {
    return (error as Error).message;
  }
}

const PROXY = `model_list:
  - model_name: small
    litellm_params:
      model: anthropic/small-1
      api_key: os.environ/ANTHROPIC_API_KEY
      max_tokens: 500
      rpm: 60
  - model_name: pool
    litellm_params: { model: openai/big-1 }
  - model_name: pool
    litellm_params: { model: openai/mid-1 }
router_settings:
  model_group_alias: { triage: small, lost: nowhere }
  fallbacks:
    - triage: [pool]
litellm_settings:
  fallbacks: [{ small: [pool] }]
`;

describe("LiteLLM", () => {
  it("lists aliases and groups with parameters and fallbacks, without secrets and capacities", () => {
    expect(
      listTasks(readTree(PROXY, "config.yaml"), LITELLM).map(
        ({ at: _, alias: __, fallbackParams: ___, ...task }) => task,
      ),
    ).toEqual([
      {
        key: "triage",
        model: "anthropic/small-1",
        fallbacks: ["openai/big-1"],
        params: { max_tokens: 500 },
        unclear: undefined,
      },
      {
        key: "lost",
        model: "nowhere",
        fallbacks: [],
        params: {},
        unclear: 'it names the group "nowhere", which model_list does not have',
      },
      {
        key: "small",
        model: "anthropic/small-1",
        fallbacks: ["openai/big-1"],
        params: { max_tokens: 500 },
        unclear: undefined,
      },
      {
        key: "pool",
        model: "openai/big-1",
        fallbacks: [],
        params: {},
        unclear: "its calls are shared out among openai/big-1, openai/mid-1",
      },
    ]);
  });

  it("lists every way to fall back, and whatever is said of a call but secrets, capacities and prices", () => {
    const text = `model_list:
  - { model_name: big, litellm_params: { model: o/big, api_base: "http://b", top_k: 1, output_cost_per_token: 1, rpm: 9 } }
  - { model_name: mid, litellm_params: { model: o/mid, max_tokens: 9, aws_session_token: x } }
  - { model_name: mid, litellm_params: { model: o/mid, max_tokens: 9, api_key: other } }
  - { model_name: two, litellm_params: { model: o/two } }
  - { model_name: two, litellm_params: { model: o/two, seed: 1 } }
router_settings: { fallbacks: [{ "*": [mid] }], context_window_fallbacks: [{ big: [two] }] }
litellm_settings: { default_fallbacks: [big], content_policy_fallbacks: [{ mid: [two, big] }] }
`;
    const found = listTasks(readTree(text, "config.yaml"), LITELLM);
    expect(found.map(({ fallbackParams }) => fallbackParams)).toEqual([
      { "o/mid": { max_tokens: 9 }, "o/two": { deployments: [{}, { seed: 1 }] } },
      { "o/big": { api_base: "http://b", top_k: 1 }, "o/two": { deployments: [{}, { seed: 1 }] } },
      { "o/mid": { max_tokens: 9 }, "o/big": { api_base: "http://b", top_k: 1 } },
    ]);
    expect(found.map(({ key, fallbacks, params }) => [key, fallbacks, params])).toEqual([
      ["big", ["o/mid", "o/two"], { api_base: "http://b", top_k: 1 }],
      ["mid", ["o/big", "o/two"], { max_tokens: 9 }],
      ["two", ["o/mid", "o/big"], { deployments: [{}, { seed: 1 }] }],
    ]);
  });

  it("takes an alias for what it is, though a group bears its name", () => {
    const text =
      "model_list: [{ model_name: a, litellm_params: { model: o/a } }, { model_name: b, litellm_params: { model: o/b } }]\nrouter_settings: { model_group_alias: { a: b } }\n";
    const found = listTasks(readTree(text, "config.yaml"), LITELLM);
    expect(found.map(({ key, model }) => `${key} ${model}`)).toEqual(["a o/b", "b o/b"]);
  });

  it("refuses what one line cannot do, with the way to it", () => {
    expect(fault(PROXY, LITELLM, "pool", "openai/mid-1")).toMatch(/^config\.yaml:9: pool has 2 deployments/);
    expect(fault(PROXY, LITELLM, "small", "openai/mid-1")).toMatch(
      /^config\.yaml:4: The deployment of small carries the key or the address of another provider/,
    );
    expect(fault(PROXY, LITELLM, "triage", "gemini/x")).toMatch(
      /^config\.yaml:13: No model group serves "gemini\/x"\. Add /,
    );
    expect(fault(PROXY, LITELLM, "small", "anthropic/small-2")).toMatch(/would send triage there as well/);
    expect(fault(PROXY, LITELLM, "other", "x")).toBe(
      'config.yaml: It routes no task "other". Known: triage, lost, small, pool.',
    );
    expect(fault("a: 1\n", LITELLM, "a", "x")).toMatch(/^config\.yaml:1: There is no model_list\./);
  });
});

it("claude-code-router: refuses a model that no provider lists", () => {
  const text =
    '{\n"Providers": [{"name": "p", "models": ["m"]}],\n"Router": {"default": "p,m", "think": "p,m"},\n"fallback": {"think": ["p,m"]}\n}';
  const layout: Layout = { format: "claude-code-router" };
  expect(fault(text, layout, "default", "p,n", "config.json")).toMatch(
    /^config\.json:2: No provider of the file lists "p,n"/,
  );
  expect(listTasks(readTree(text, "config.json"), layout).map(({ fallbacks }) => fallbacks)).toEqual([[], ["p,m"]]);
  expect(fault("{}", layout, "default", "p,n", "config.json")).toMatch(/There is no Router/);
});

describe("a locator", () => {
  const text = "a: { x: m1, y: { z: m2 }, list: [m3, m4] }\nb: { x: m5 }\n";
  const found = (locator: string, fallbacks?: string) =>
    listTasks(readTree(text, "t.yaml"), { format: "locator", locator, fallbacks }).map(
      ({ key, model, fallbacks: others }) => `${key}=${model}${others.map((name) => `>${name}`).join("")}`,
    );

  it("finds what has the shape, and leaves out what has not", () => {
    expect(found("/a/{task}")).toEqual(["x=m1", "list=m3", "list=m4"]);
    expect(found("/{task}/x")).toEqual(["a=m1", "b=m5"]);
    expect(found("/{task}/{part}/z")).toEqual(["a.y=m2"]);
    expect(found("/{task}/x", "/{task}/list")).toEqual(["a=m1>m3>m4", "b=m5"]);
  });

  it("says how one is written when it cannot be read", () => {
    for (const wrong of ["models/{task}", "/models", "/a//{task}", "/a/{task", "/[x]/{task}"]) {
      expect(() => found(wrong), wrong).toThrow("cannot be read. Write it like /models/{task}");
    }
  });
});

describe("names of models in other people's files", () => {
  const models = [
    { id: "big", provider: "openai", model: "big-1" },
    { id: "small", provider: "router", model: "vendor/small-1" },
    { id: "small-direct", provider: "vendor", model: "small-1" },
  ];

  it.each([
    ["big", "big"],
    ["big-1", "big"],
    ["openai/big-1", "big"],
    ["router,vendor/small-1", "small"],
    ["vendor/small-1", "small-direct"],
    ["mine", "small"],
    ["else", undefined],
  ])("%s is %s", (name, id) => expect(idOf(name, models, { mine: "small" })).toBe(id));

  it("writes a model the way the file writes its others", () => {
    expect(nameOf("small", "big", models, {})).toBe("small");
    expect(nameOf("small", "openai/big-1", models, {})).toBe("router/vendor/small-1");
    expect(nameOf("small", "openai,big-1", models, {})).toBe("router,vendor/small-1");
    expect(nameOf("small", "big-1", models, { mine: "small" })).toBe("mine");
    expect(nameOf("nobody", "big", models, {})).toBeUndefined();
  });
});
