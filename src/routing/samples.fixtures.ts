import type { Layout } from "./listing.ts";

/** A file as somebody might have it, a task of it, and the name to send it to. */
export interface Sample {
  readonly about: string;
  readonly file: string;
  readonly layout: Layout;
  readonly text: string;
  readonly task: string;
  readonly to: string;
  /** The line that must differ, from 1. */
  readonly line: number;
}

const OWN: Layout = { format: "locator", locator: "/routes/{task}/model" };
const MODELS: Layout = { format: "locator", locator: "/models/{task}" };
const LITELLM: Layout = { format: "litellm" };
const ROUTER: Layout = { format: "claude-code-router" };

/** Real-looking files: comments, CRLF, tabs, flow maps, odd indentation, a BOM, anchors elsewhere. */
export const SAMPLES: readonly Sample[] = [
  {
    about: "our own table",
    file: "routing.yaml",
    layout: OWN,
    text: "# who serves what\nversion: 1\nroutes:\n  triage:\n    model: small-1   # cheap\n    suite: labels\n",
    task: "triage",
    to: "other/model:2",
    line: 5,
  },
  {
    about: "our own table in flow maps",
    file: "routing.yaml",
    layout: OWN,
    text: "version: 1\nroutes: { triage: { model: small-1, suite: labels }, lead: {model: big-1,suite: lead} }\n",
    task: "lead",
    to: "small-1",
    line: 2,
  },
  {
    about: "CRLF and no newline at the end",
    file: "routing.yaml",
    layout: OWN,
    text: "version: 1\r\nroutes:\r\n  triage:\r\n    suite: labels\r\n    model: small-1",
    task: "triage",
    to: "big-1",
    line: 5,
  },
  {
    about: "a BOM, single quotes and an apostrophe",
    file: "models.yml",
    layout: MODELS,
    text: "\uFEFFmodels:\n  a: 'it''s small'\n  b: 'small' # b's\n",
    task: "b",
    to: "it's big",
    line: 3,
  },
  {
    about: "indentation by one and by seven",
    file: "models.yaml",
    layout: { format: "locator", locator: "/agents/{task}/llm/name" },
    text: "agents:\n triage:\n        llm:\n         # the model\n         name:     small-1\n         temperature: 0\n lead: { llm: { name: big-1 } }\n",
    task: "triage",
    to: "big-1",
    line: 5,
  },
  {
    about: "tabs before comments and after colons",
    file: "models.yaml",
    layout: MODELS,
    text: "models:\n  triage:\tsmall-1\t# tabbed\n  lead:\tbig-1\n",
    task: "triage",
    to: "big-1",
    line: 2,
  },
  {
    about: "anchors elsewhere",
    file: "models.yaml",
    layout: MODELS,
    text: "defaults: &d { temperature: 0 }\nmodels:\n  triage: small-1\nother:\n  <<: *d\n  top: 1\n",
    task: "triage",
    to: "big-1",
    line: 3,
  },
  {
    about: "a name that YAML would take for a number",
    file: "models.yaml",
    layout: MODELS,
    text: "models:\n  triage: small-1\n",
    task: "triage",
    to: "4.1",
    line: 2,
  },
  {
    about: "a name that YAML 1.1 would take for a boolean",
    file: "models.yaml",
    layout: MODELS,
    text: 'models: {triage: small-1, "lead" : "big-1"}\n',
    task: "triage",
    to: "no",
    line: 1,
  },
  {
    about: "a document marker, a directive and a key in quotes",
    file: "models.yaml",
    layout: MODELS,
    text: '%YAML 1.2\n---\nmodels:\n  "triage.de": "small-1"\n  "lead": big-1\n...\n',
    task: "triage.de",
    to: "vendor/big:free",
    line: 4,
  },
  {
    about: "a list of routes named by a field",
    file: "router.yaml",
    layout: { format: "locator", locator: "/routes/[name={task}]/model" },
    text: "routes:\n- name: triage\n  model: small-1\n-   name: lead\n    model: big-1 # !\n",
    task: "lead",
    to: "small-1",
    line: 5,
  },
  {
    about: "JSON, four spaces",
    file: "models.json",
    layout: MODELS,
    text: '{\n    "models": {\n        "triage": "small-1",\n        "lead": "big-1"\n    }\n}\n',
    task: "triage",
    to: 'quo"ted',
    line: 3,
  },
  {
    about: "JSON on one line without spaces",
    file: "models.json",
    layout: { format: "locator", locator: "/{team}/{task}" },
    text: '{"web":{"triage":"small-1"},"ops":{"triage":"small-1","n":3}}',
    task: "ops.triage",
    to: "big-1",
    line: 1,
  },
  {
    about: "JSONC with tabs, comments, trailing commas, CRLF and a BOM",
    file: "models.jsonc",
    layout: MODELS,
    text: '\uFEFF// table\r\n{\r\n\t"models": { // who\r\n\t\t"triage": /* cheap */ "small-1",\r\n\t\t"lead": "big-1",\r\n\t},\r\n}\r\n',
    task: "triage",
    to: "big-1",
    line: 4,
  },
  {
    about: "JSON with escapes in what stands there",
    file: "models.json",
    layout: MODELS,
    text: '{ "models": { "triage": "sm\\u0061ll\\/1" }, "note": "\\u2028 \u2028" }\n',
    task: "triage",
    to: "grün-1",
    line: 1,
  },
  {
    about: "LiteLLM, a group of one deployment",
    file: "config.yaml",
    layout: LITELLM,
    text: `# proxy
model_list:
  - model_name: triage
    litellm_params:
      model: anthropic/small-1   # was big
      api_key: os.environ/ANTHROPIC_API_KEY
      temperature: 0
  - model_name: lead
    litellm_params: { model: openai/big-1, api_key: os.environ/OPENAI_API_KEY, rpm: 60 }
router_settings:
  routing_strategy: simple-shuffle
  fallbacks: [{ "triage": ["lead"] }]
`,
    task: "triage",
    to: "anthropic/mid-1",
    line: 5,
  },
  {
    about: "LiteLLM, an alias",
    file: "config.yaml",
    layout: LITELLM,
    text: `model_list:
- model_name: small
  litellm_params:
    model: anthropic/small-1
- model_name: big
  litellm_params:
    model: openai/big-1

router_settings:
  model_group_alias:
    triage: "small"      # points at a group
    lead: big
litellm_settings: { drop_params: true }
`,
    task: "triage",
    to: "openai/big-1",
    line: 11,
  },
  {
    about: "LiteLLM, a hidden alias",
    file: "config.yml",
    layout: LITELLM,
    text: `model_list:
  - { model_name: small, litellm_params: { model: anthropic/small-1 } }
  - { model_name: big, litellm_params: { model: openai/big-1 } }
  - { model_name: big, litellm_params: { model: openai/big-1, api_base: "https://eu.example" } }
router_settings:
  model_group_alias: { triage: { model: small, hidden: true }, lead: big }
`,
    task: "triage",
    to: "openai/big-1",
    line: 6,
  },
  {
    about: "claude-code-router",
    file: "config.json",
    layout: ROUTER,
    text: `{
  "LOG": true, // keep
  "Providers": [
    { "name": "openrouter", "api_base_url": "https://openrouter.example/api/v1/chat/completions", "models": ["vendor/big-1", "vendor/small-1"] },
    { "name": "local", "api_base_url": "http://127.0.0.1:11434/v1/chat/completions", "models": ["tiny:7b",] }
  ],
  "Router": {
    "default": "openrouter,vendor/big-1",
    "background": "local,tiny:7b",
    "longContextThreshold": 60000,
    "webSearch": ""
  }
}
`,
    task: "default",
    to: "openrouter,vendor/small-1",
    line: 8,
  },
  {
    about: "a Helm values file, deep",
    file: "values.yaml",
    layout: { format: "locator", locator: "/llm/tasks/{task}/primary" },
    text: `replicas: 3
image:
  tag: "1.20"
llm:
    # changed 2026-03
    tasks:
        code:   {primary: big-1,   backup: [small-1, tiny]}   # flow
        prose:
              primary: >-
                small-1
        triage:
              primary: 'small-1'
`,
    task: "code",
    to: "vendor/x@2026-01-01",
    line: 7,
  },
  {
    about: "TypeScript-style JSON settings",
    file: "settings.json5",
    layout: { format: "locator", locator: "/agents/{task}/model" },
    text: '/* settings */\n{\n\t"agents": {\n\t\t"code": {"model": "big-1", "tools": ["a", "b"]},\n\t\t"prose": {\n\t\t\t"model":"small-1"\n\t\t}\n\t}\n}\n',
    task: "prose",
    to: "big-1",
    line: 6,
  },
  {
    about: "a table at the root",
    file: "tasks.yaml",
    layout: { format: "locator", locator: "/{task}" },
    text: "triage:      small-1\n\n\n# the lead\nlead       : big-1\n",
    task: "lead",
    to: "#1 of all: yes",
    line: 5,
  },
];
