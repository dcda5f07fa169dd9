// src/routing/model-for.ts
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { closest } from "fastest-levenshtein";

// src/domain/model.ts
import { z as z2 } from "zod";

// src/domain/json.ts
import { z } from "zod";
var JsonSchema = z.json();

// src/domain/model.ts
var Usd = z2.number().nonnegative();
var DaySchema = z2.iso.date();
var RatesSchema = z2.strictObject({
  input: Usd,
  output: Usd,
  cacheRead: Usd.optional(),
  cacheWrite5m: Usd.optional(),
  cacheWrite1h: Usd.optional()
});
var PriceSchema = RatesSchema.extend({
  source: z2.string().min(1),
  checkedAt: DaySchema,
  /** Rates of calls whose whole prompt is longer than `aboveInputTokens`. */
  longPrompt: RatesSchema.extend({ aboveInputTokens: z2.number().int().positive() }).optional()
});
var ParamsSchema = z2.strictObject({
  maxTokens: z2.number().int().positive().optional(),
  temperature: z2.number().min(0).max(2).optional(),
  topP: z2.number().min(0).max(1).optional(),
  reasoningEffort: z2.enum(["none", "minimal", "low", "medium", "high"]).optional(),
  /** Fields handed to the provider as they are. */
  extra: z2.record(z2.string(), JsonSchema).optional()
});
var ParamName = z2.enum(["maxTokens", "temperature", "topP", "reasoningEffort"]);
var TierSchema = z2.enum(["orchestrator", "quality-critical", "specialist", "worker"]);
var Chance = z2.number().min(0).max(1);
var SimulationSchema = z2.strictObject({
  /** Skill in [0,1] by suite and complexity: the probability of getting a case (a key point, for prose) right. */
  skill: z2.record(z2.string(), z2.strictObject({ simple: Chance, complex: Chance })).default({}),
  latencyMs: z2.strictObject({ median: z2.number().positive(), sigma: z2.number().nonnegative() }),
  /** Chance that a call fails for good. */
  failureRate: Chance,
  /** 1 answers to the point; 2 about doubles the words. */
  verbosity: z2.number().min(0.5).max(4),
  /** Chance that an answer in prose carries a claim that no source makes. */
  inventionRate: Chance.default(0),
  /** For a judge: chance that it reads one criterion rightly. */
  judgeAccuracy: Chance.optional(),
  /** Chance that it names the first of two answers without looking. */
  judgePositionBias: Chance.default(0),
  /** Chance that it names the longer of two answers without looking. */
  judgeVerbosityBias: Chance.default(0),
  /** Chance that it lets a criterion pass that it read as not met. */
  judgeLeniency: Chance.default(0)
});
var ModelId = z2.string().regex(/^[A-Za-z0-9][\w./:-]*$/, "use letters, digits and . _ - / : only");
var ModelSchema = z2.strictObject({
  /** Our name: keys the routing table, flags and reports. */
  id: ModelId,
  provider: z2.string().min(1),
  /** The provider's exact API id. */
  model: z2.string().min(1),
  /** Who trained it: a judge must be of another family than the models it judges. */
  family: z2.string().min(1),
  tier: TierSchema.optional(),
  params: ParamsSchema.default({}),
  /** The limit of its replies where it judges; what it thinks counts. */
  judgeMaxTokens: z2.number().int().positive().optional(),
  /** Parameters the API takes; anything else is not sent. */
  accepts: z2.array(ParamName).default(["maxTokens"]),
  /** `free` for a local server; `unknown` (or left out) where nobody can say. */
  price: z2.union([PriceSchema, z2.literal("free"), z2.literal("unknown")]).default("unknown"),
  retiresOn: DaySchema.optional(),
  note: z2.string().optional(),
  simulation: SimulationSchema.optional()
}).readonly();
var ProviderConfigSchema = z2.strictObject({
  dialect: z2.enum(["anthropic", "openai", "simulated", "replay"]),
  baseURL: z2.url().refine((text) => /^https?:\/\/[^@?#]+$/i.test(text), "use http(s)://host/path: a key belongs into keyVariable").optional(),
  /** The environment variable that holds the key. Left out for a server that needs none. */
  keyVariable: z2.string().optional(),
  /** Calls in flight at once. */
  concurrency: z2.number().int().positive().default(8)
});
var EmbedderSchema = z2.strictObject({
  id: ModelId,
  provider: z2.string().min(1),
  /** The provider's exact API id. */
  model: z2.string().min(1),
  /** USD per million tokens of text. */
  price: z2.union([
    z2.strictObject({ input: Usd, source: z2.string().min(1), checkedAt: DaySchema }),
    z2.literal("free"),
    z2.literal("unknown")
  ]).default("unknown")
});
var CatalogSchema = z2.strictObject({
  providers: z2.record(z2.string(), ProviderConfigSchema),
  models: z2.array(ModelSchema).min(1),
  /** Model ids that may judge, in order of preference. */
  judges: z2.array(z2.string()).default([]),
  /** For the rule `similarity`; the first is taken where a suite names none. */
  embedders: z2.array(EmbedderSchema).default([])
});

// src/domain/routing.ts
import { z as z4 } from "zod";

// src/domain/policy.ts
import { z as z3 } from "zod";
var Share = z3.number().gt(0).lt(1);
var PolicySchema = z3.strictObject({
  objective: z3.enum(["cheapest-good-enough", "best-within-budget"]).default("cheapest-good-enough"),
  /** Highest chance of a false approval over the whole family. */
  alpha: Share.max(0.2).default(0.05),
  /** Quality the table is willing to lose for the saving. */
  margin: Share.default(0.05),
  /** Least fall of mean cost for `cheapest-good-enough`. */
  minSaving: z3.number().min(0).lt(1).default(0.1),
  /** Highest mean cost over the incumbent's for `best-within-budget`; it replaces 1 - minSaving. */
  maxCostRatio: z3.number().positive().optional(),
  maxErrorRate: Share.default(0.02),
  /** 95 % of answers within this time. Only where the route asks for it. */
  p95LatencyMs: z3.number().positive().optional(),
  /** Let a verdict that rests on uncalibrated judges or heuristics pass the gate. */
  acceptAdvisory: z3.boolean().default(false),
  /** Evidence older than this is stale. */
  maxEvidenceAgeDays: z3.number().int().positive().default(31),
  /** A target that retires sooner is refused. */
  minDaysToRetirement: z3.number().int().nonnegative().default(30),
  /** A price that was read longer ago is refused. */
  maxPriceAgeDays: z3.number().int().positive().default(90),
  /** Only evidence that a CI run has signed counts. */
  requireCiRun: z3.boolean().default(false)
}).refine((policy) => policy.objective !== "best-within-budget" || policy.maxCostRatio !== void 0, {
  message: "best-within-budget needs maxCostRatio",
  path: ["maxCostRatio"]
});
var PolicyPatchSchema = z3.strictObject({
  objective: z3.enum(["cheapest-good-enough", "best-within-budget"]).optional(),
  alpha: Share.max(0.2).optional(),
  margin: Share.optional(),
  minSaving: z3.number().min(0).lt(1).optional(),
  maxCostRatio: z3.number().positive().optional(),
  maxErrorRate: Share.optional(),
  p95LatencyMs: z3.number().positive().optional(),
  acceptAdvisory: z3.boolean().optional(),
  maxEvidenceAgeDays: z3.number().int().positive().optional(),
  minDaysToRetirement: z3.number().int().nonnegative().optional(),
  maxPriceAgeDays: z3.number().int().positive().optional(),
  requireCiRun: z3.boolean().optional()
});

// src/domain/routing.ts
var Key = z4.string().regex(/^[A-Za-z][\w.-]*$/, "use letters, digits and . _ - only");
var Line = z4.string().min(1).regex(/^[^\r\n]*$/, "write it on one line");
var RouteFields = {
  /** The suite whose evidence decides. */
  suite: z4.string().min(1),
  /** Tags that a case must carry to count for this route, such as `complexity: simple`; none: the whole suite. */
  slice: z4.record(z4.string(), z4.string()).default({}),
  tier: TierSchema.optional(),
  output: z4.enum(["code", "prose", "decisions"]).optional(),
  budget: z4.enum(["batch", "real-time"]).optional(),
  audience: z4.enum(["customer-facing", "internal"]).optional(),
  /** Calls a day, or a cron expression: a call each time it is due. */
  volume: z4.union([z4.number().positive(), z4.string().min(9)]).optional(),
  /** Named sets of policy values in `profiles`; a later one wins over an earlier. */
  profile: z4.union([z4.string(), z4.array(z4.string())]).optional(),
  policy: PolicyPatchSchema.default({}),
  /** Who serves the task when the model does not answer, in this order. */
  fallbacks: z4.array(z4.string().min(1)).default([]),
  /** Parameters that the caller sends with this task; what the evidence rests on must agree with them. */
  params: z4.record(z4.string(), JsonSchema).default({})
};
var RouteSchema = z4.strictObject({
  model: z4.string().min(1),
  ...RouteFields,
  /** By fallback: parameters that the file of the models states for it; a table states none. */
  fallbackParams: z4.record(z4.string(), z4.record(z4.string(), JsonSchema)).default({})
});
var OverrideSchema = z4.strictObject({
  /** The model that serves the route by this exception, in the place of `from`. */
  model: z4.string().min(1).optional(),
  /** The last model that was let through on evidence: runs go on comparing with it. Left out for a new route alone. */
  from: z4.string().min(1).optional(),
  /** Loosened values of the policy that are agreed to; one that is no longer limited is left out. */
  policy: PolicyPatchSchema.optional(),
  /** What these values were before: the change that takes the exception out is judged against them. */
  was: PolicyPatchSchema.optional(),
  /** Fallbacks that are agreed to. */
  fallbacks: z4.array(z4.string().min(1)).optional(),
  /** The suite that the route is to rest on instead, and its slice. */
  suite: z4.string().min(1).optional(),
  slice: z4.record(z4.string(), z4.string()).optional(),
  reason: Line,
  by: Line,
  /** The last day on which it counts. */
  until: DaySchema
}).refine(({ model, from }) => from === void 0 || model !== void 0 && model !== from, {
  message: "from names the model that `model` stands in for",
  path: ["from"]
}).refine(({ policy, was }) => was === void 0 || policy !== void 0, {
  message: "was goes with policy",
  path: ["was"]
}).refine(({ suite, slice }) => slice === void 0 || suite !== void 0, {
  message: "slice goes with suite",
  path: ["slice"]
}).refine(
  ({ model, policy, fallbacks, suite }) => [model, policy, fallbacks, suite].some((part) => part !== void 0),
  {
    message: "say what is agreed to: model (and from), policy (and was), fallbacks, or suite (and slice)"
  }
);
function isOver(until, now) {
  return now >= Date.parse(`${until}T00:00:00Z`) + 864e5;
}
var SourceSchema = z4.strictObject({
  /** From the project's folder. */
  file: z4.string().min(1),
  format: z4.enum(["litellm", "claude-code-router", "locator"]),
  /** For `locator`: the way to the models, `/models/{task}`. */
  locator: z4.string().optional(),
  /** For `locator`: the way to lists of fallbacks. */
  fallbacks: z4.string().optional(),
  /** What the file calls a task, where that is not the route's key. */
  tasks: z4.record(z4.string(), z4.string()).default({}),
  /** What the file calls a model -> the id in the catalogue, where it cannot be told from the catalogue. */
  names: z4.record(z4.string(), z4.string()).default({})
});
var Table = {
  version: z4.literal(1),
  profiles: z4.record(z4.string(), PolicyPatchSchema).default({}),
  overrides: z4.record(Key, OverrideSchema).default({}),
  /** Ed25519 public key (base64 of its SPKI form) that evidence of CI runs is signed for. */
  evidenceKey: z4.string().optional(),
  source: SourceSchema.optional()
};
var RoutingFileSchema = z4.strictObject({
  ...Table,
  routes: z4.record(Key, z4.strictObject({ ...RouteFields, model: z4.string().min(1).optional() }))
});
var RoutingSchema = z4.strictObject({ ...Table, routes: z4.record(Key, RouteSchema) });

// src/errors.ts
var ExitCode = {
  done: 0,
  rejected: 1,
  usage: 2,
  incomplete: 3,
  inconclusive: 4,
  interrupted: 130,
  /** A fault of the program itself: never to be read as a verdict. */
  crashed: 70
};
var UserError = class extends Error {
  complaint;
  exitCode;
  constructor(complaint, exitCode = ExitCode.usage) {
    const where = complaint.where === void 0 ? "" : `${complaint.where}: `;
    super(`${where}${complaint.what} ${complaint.remedy}`);
    this.name = "UserError";
    this.complaint = complaint;
    this.exitCode = exitCode;
  }
};
function messageOf(thrown) {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

// src/routing/tree.ts
function lineAt({ text }, offset) {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
function placeOf(tree, offset) {
  return `${tree.file}:${lineAt(tree, offset)}`;
}
function entryOf(node, key) {
  return node?.kind === "map" ? node.entries.find((entry) => entry.key === key)?.value : void 0;
}
function walk(tree, path) {
  const way = [tree.root];
  for (const part of path) {
    const node = way.at(-1);
    const next = node.kind === "list" ? node.items[Number(part)] : entryOf(node, String(part));
    if (next === void 0) return void 0;
    way.push(next);
  }
  return way;
}
function refuse(tree, offset, what, remedy) {
  throw new UserError({ where: placeOf(tree, offset), what, remedy });
}
function textOf(tree, node, what) {
  if (node.kind === "scalar" && typeof node.value === "string" && node.value !== "") return node.value;
  return refuse(tree, node.start, `${what} is no name of a model.`, "Write one name there.");
}

// src/routing/claude-code-router.ts
function readClaudeCodeRouter(tree) {
  return routesOf(tree).map(({ key, at, model }) => ({
    key,
    model,
    at,
    fallbacks: namesIn(entryOf(entryOf(tree.root, "fallback"), key)),
    params: {}
  }));
}
function routesOf(tree) {
  const router = entryOf(tree.root, "Router");
  if (router?.kind !== "map") {
    return refuse(tree, tree.root.start, "There is no Router.", "Name claude-code-router's config.json.");
  }
  return router.entries.flatMap(({ key, value }) => {
    const model = nameIn(value);
    return model === void 0 || !model.includes(",") ? [] : [{ key, at: value.start, model }];
  });
}
function namesIn(node) {
  return node?.kind === "list" ? node.items.flatMap((item) => nameIn(item) ?? []) : [];
}
function nameIn(node) {
  return node?.kind === "scalar" && typeof node.value === "string" && node.value !== "" ? node.value : void 0;
}

// src/routing/litellm.ts
import { isDeepStrictEqual } from "node:util";
var NOT_OF_THE_CALL = /^(model|rpm|tpm|weight|order|max_parallel_requests|timeout|stream_timeout|max_retries)$|key|secret|credential|password|_token$|_cost_per_/i;
function readLiteLlm(tree) {
  const groups = groupsOf(tree);
  const aliases = aliasesOf(tree);
  const fallbacks = fallbacksOf(tree);
  const deploymentsOf = (name) => groups.get(aliases.find((alias) => alias.name === name)?.group ?? name) ?? [];
  const modelOf = (name) => deploymentsOf(name)[0]?.model ?? name;
  const listed = (key, group, at) => {
    const [first, ...others] = groups.get(group) ?? [];
    const models = [...new Set([first, ...others].flatMap((each) => each?.model ?? []))];
    const named = fallbacks.flatMap((kind) => kind.get(key) ?? kind.get(group) ?? kind.get(ANY) ?? []);
    const left = [...new Set(named.filter((name) => name !== key && name !== group))];
    const fallbackParams = left.map((name) => [modelOf(name), sharedParams(deploymentsOf(name))]);
    return {
      key,
      model: first?.model ?? group,
      at,
      fallbacks: [...new Set(left.map(modelOf))],
      fallbackParams: Object.fromEntries(fallbackParams.filter(([, params]) => Object.keys(params).length > 0)),
      params: sharedParams(groups.get(group) ?? []),
      alias: key !== group,
      unclear: first === void 0 ? `it names the group "${group}", which model_list does not have` : models.length > 1 ? `its calls are shared out among ${models.join(", ")}` : void 0
    };
  };
  return [
    ...aliases.map(({ name, group, at }) => listed(name, group, at)),
    ...[...groups].filter(([name]) => !aliases.some((alias) => alias.name === name)).map(([name, [first]]) => listed(name, name, first?.at ?? 0))
  ];
}
function groupsOf(tree) {
  const list = entryOf(tree.root, "model_list");
  if (list?.kind !== "list")
    return refuse(tree, tree.root.start, "There is no model_list.", "Name LiteLLM's config.yaml.");
  const groups = /* @__PURE__ */ new Map();
  for (const [index, item] of list.items.entries()) {
    const name = entryOf(item, "model_name");
    const params = entryOf(item, "litellm_params");
    const model = entryOf(params, "model");
    if (name === void 0 || model === void 0) {
      refuse(tree, item.start, "The deployment lacks model_name or litellm_params.model.", "Add both.");
    }
    const group = textOf(tree, name, "model_name");
    const deployment = {
      model: textOf(tree, model, "litellm_params.model"),
      at: model.start,
      path: ["model_list", index, "litellm_params", "model"],
      params: callParams(params),
      bound: ["api_key", "api_base"].some((key) => entryOf(params, key) !== void 0)
    };
    groups.set(group, [...groups.get(group) ?? [], deployment]);
  }
  return groups;
}
function sharedParams(deployments) {
  const [first, ...others] = deployments;
  if (others.every(({ params }) => isDeepStrictEqual(params, first?.params))) return first?.params ?? {};
  return { deployments: deployments.map(({ params }) => params) };
}
function callParams(node) {
  if (node?.kind !== "map") return {};
  const kept = node.entries.filter(({ key }) => !NOT_OF_THE_CALL.test(key));
  return Object.fromEntries(kept.map(({ key, value }) => [key, plain(value)]));
}
function plain(node) {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
}
function aliasesOf(tree) {
  const map = entryOf(entryOf(tree.root, "router_settings"), "model_group_alias");
  if (map?.kind !== "map") return [];
  return map.entries.map(({ key: name, value }) => {
    const path = ["router_settings", "model_group_alias", name];
    const inner = entryOf(value, "model");
    const node = inner ?? value;
    return {
      name,
      group: textOf(tree, node, "The alias"),
      at: node.start,
      path: inner === void 0 ? path : [...path, "model"]
    };
  });
}
var ANY = "*";
function fallbacksOf(tree) {
  return ["fallbacks", "context_window_fallbacks", "content_policy_fallbacks"].map((kind) => {
    const found = /* @__PURE__ */ new Map();
    const add = (key, nodes) => {
      const names = nodes.map((each) => textOf(tree, each, "The fallback"));
      found.set(key, [...found.get(key) ?? [], ...names]);
    };
    for (const section of ["router_settings", "litellm_settings"]) {
      const settings = entryOf(tree.root, section);
      for (const item of itemsOf(entryOf(settings, kind))) {
        if (item.kind === "map") for (const { key, value } of item.entries) add(key, itemsOf(value));
        else add(ANY, [item]);
      }
      if (kind === "fallbacks") add(ANY, itemsOf(entryOf(settings, "default_fallbacks")));
    }
    return found;
  });
}
function itemsOf(node) {
  return node?.kind === "list" ? node.items : [];
}

// src/routing/locator.ts
function locate(tree, locator, where = "locator") {
  const found = [];
  const visit = (node, steps, keys, path) => {
    const [step, ...rest] = steps;
    if (step === void 0) {
      if (node.kind === "scalar" && typeof node.value === "string" && node.value !== "")
        found.push({ key: keys.join("."), value: node.value, path, at: node.start });
      if (node.kind === "list")
        for (const [index, item] of node.items.entries()) visit(item, [], keys, [...path, index]);
      return;
    }
    if (step.kind === "item") {
      if (node.kind !== "list") return;
      for (const [index, item] of node.items.entries()) {
        const name = item.kind === "map" ? item.entries.find(({ key }) => key === step.field)?.value : void 0;
        if (name !== void 0) visit(item, rest, [...keys, textOf(tree, name, `"${step.field}"`)], [...path, index]);
      }
      return;
    }
    if (node.kind !== "map") return;
    for (const { key, value } of node.entries) {
      if (step.kind === "any") visit(value, rest, [...keys, key], [...path, key]);
      else if (key === step.name) visit(value, rest, keys, [...path, key]);
    }
  };
  visit(tree.root, stepsOf(locator, where), [], []);
  const twice = found.find(({ key, path }, index) => {
    const first = found.findIndex((other) => other.key === key);
    return first < index && found[first]?.path.length === path.length && typeof path.at(-1) !== "number";
  });
  if (twice !== void 0) {
    const remedy = "Name more of the way in the locator, or rename one task.";
    throw new UserError({ where: tree.file, what: `The locator ${locator} finds "${twice.key}" twice.`, remedy });
  }
  return found;
}
function stepsOf(locator, where) {
  const parts = locator.split("/");
  const steps = parts.slice(1).map((part) => {
    if (/^\{\w+\}$/.test(part)) return { kind: "any" };
    const item = /^\[([\w-]+)=\{\w+\}\]$/.exec(part)?.[1];
    if (item !== void 0) return { kind: "item", field: item };
    return { kind: "name", name: part.replaceAll("~1", "/").replaceAll("~0", "~") };
  });
  const names = steps.filter((step) => step.kind === "name");
  if (parts[0] !== "" || names.length === steps.length || names.some(({ name }) => name === "" || /[{}[\]]/.test(name))) {
    const what = `The locator "${locator}" cannot be read.`;
    const remedy = "Write it like /models/{task}, /agents/{task}/model or /routes/[name={task}]/model.";
    throw new UserError({ where, what, remedy });
  }
  return steps;
}

// src/routing/splice.ts
import { isScalar as isScalar2, parseDocument as parseDocument2 } from "yaml";

// src/routing/json-tree.ts
import { parseTree, printParseErrorCode } from "jsonc-parser";
var BOM = "\uFEFF";
function jsonTree(text, file) {
  const shift = text.startsWith(BOM) ? BOM.length : 0;
  const faults = [];
  const root = parseTree(text.slice(shift), faults, { allowTrailingComma: true });
  const [fault] = faults;
  if (fault !== void 0 || root === void 0) {
    const where = `${file}:${lineAt({ text }, (fault?.offset ?? 0) + shift)}`;
    const what = fault === void 0 ? "The file is empty." : `Not JSON: ${printParseErrorCode(fault.error)}.`;
    throw new UserError({ where, what, remedy: "Mend the line. Comments and trailing commas are allowed." });
  }
  const node = nodeOf(root, shift);
  return { file, text, syntax: "json", root: node, data: dataOf(node) };
}
function nodeOf(node, shift) {
  const place = { start: node.offset + shift, end: node.offset + node.length + shift };
  const children = node.children ?? [];
  if (node.type === "array") return { kind: "list", items: children.map((child) => nodeOf(child, shift)), ...place };
  if (node.type !== "object") return { kind: "scalar", value: node.value, ...place };
  const entries = children.flatMap((property) => entryOf2(property, shift));
  const names = new Set(entries.map(({ key }) => key));
  return { kind: "map", entries, ...place, tied: names.size < entries.length ? "a key that stands twice" : void 0 };
}
function entryOf2({ offset, children = [] }, shift) {
  const [key, value] = children;
  if (key === void 0 || value === void 0) return [];
  return [{ key: String(key.value), at: offset + shift, value: nodeOf(value, shift) }];
}
function dataOf(node) {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(dataOf);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, dataOf(value)]));
}

// src/routing/yaml-tree.ts
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
function yamlTree(text, file) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [fault] = document.errors;
  if (fault !== void 0) {
    const where = `${file}:${lines.linePos(fault.pos[0]).line}`;
    const several = fault.code === "MULTIPLE_DOCS";
    const what = several ? "The file holds several YAML documents." : `Not YAML: ${fault.message}.`;
    throw new UserError({ where, what, remedy: several ? "Keep the routing in a file of its own." : "Mend the line." });
  }
  try {
    return { file, text, syntax: "yaml", root: nodeOf2(document.contents, document, file), data: document.toJS() };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError({ where: file, what: `Not YAML: ${messageOf(error)}.`, remedy: "Mend the file." });
  }
}
function nodeOf2(node, document, file) {
  if (isAlias(node)) {
    const named = node.resolve(document);
    const shown = named === void 0 ? empty() : nodeOf2(named, document, file);
    return { ...shown, ...placeOfNode(node), tied: "an alias" };
  }
  if (isMap(node)) {
    const merged = node.items.some(({ key }) => isScalar(key) && key.value === "<<");
    const entries = node.items.flatMap((pair) => entryOf3(pair, document, file));
    return { kind: "map", entries, ...placeOfNode(node), tied: merged ? "a merge key (<<)" : tieOf(node) };
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => nodeOf2(item, document, file));
    return { kind: "list", items, ...placeOfNode(node), tied: tieOf(node) };
  }
  if (isScalar(node)) {
    const block = node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";
    return {
      kind: "scalar",
      value: node.value,
      ...placeOfNode(node),
      tied: block ? "a block of text (| or >)" : tieOf(node)
    };
  }
  return empty();
}
function entryOf3({ key, value }, document, file) {
  if (!isScalar(key) || key.value === "<<") return [];
  const at = key.range?.[0] ?? 0;
  const node = value === null || value === void 0 ? { ...empty(), start: at, end: at } : nodeOf2(value, document, file);
  return [{ key: String(key.value), at, value: node }];
}
function empty() {
  return { kind: "scalar", value: null, start: 0, end: 0, tied: "nothing at all" };
}
function placeOfNode({ range }) {
  return { start: range?.[0] ?? 0, end: range?.[1] ?? 0 };
}
function tieOf(node) {
  if (node.anchor !== void 0) return `an anchor (&${node.anchor})`;
  return node.tag !== void 0 && !node.tag.startsWith("tag:yaml.org,2002:") ? `a tag (${node.tag})` : void 0;
}

// src/routing/splice.ts
function readTree(text, file) {
  return /\.json[c5]?$/i.test(file) ? jsonTree(text, file) : yamlTree(text, file);
}

// src/routing/listing.ts
function layoutOf(source, where = () => "source") {
  if (source.format !== "locator") return { format: source.format };
  if (source.locator === void 0) {
    const remedy = "Add it, for example locator: /models/{task}.";
    throw new UserError({ where: where(["source"]), what: "The format locator needs a locator.", remedy });
  }
  return { format: "locator", locator: source.locator, fallbacks: source.fallbacks, where };
}
function listTasks(tree, layout) {
  if (layout.format === "litellm") return readLiteLlm(tree);
  if (layout.format === "claude-code-router") return readClaudeCodeRouter(tree);
  const fallbacks = /* @__PURE__ */ new Map();
  if (layout.fallbacks !== void 0) {
    for (const { key, value } of locate(tree, layout.fallbacks, layout.where?.(["source", "fallbacks"])))
      fallbacks.set(key, [...fallbacks.get(key) ?? [], value]);
  }
  return locate(tree, layout.locator, layout.where?.(["source", "locator"])).map(({ key, value, at }) => ({
    key,
    model: value,
    at,
    fallbacks: fallbacks.get(key) ?? [],
    params: {}
  }));
}

// src/routing/names.ts
var STYLES = [
  ({ id }) => id,
  ({ provider, model }) => `${provider}/${model}`,
  ({ provider, model }) => `${provider},${model}`,
  ({ provider, model }) => `${provider}:${model}`,
  ({ model }) => model
];
function idOf(name, models, names) {
  if (Object.hasOwn(names, name)) return names[name];
  for (const style of STYLES) {
    const fitting = models.filter((model) => style(model) === name);
    if (fitting.length === 1) return fitting[0]?.id;
  }
  return void 0;
}
function misnamed(models, names) {
  for (const [name, id] of Object.entries(names)) {
    const own = models.filter((model) => STYLES.some((style) => style(model) === name));
    const [first] = own;
    if (first !== void 0 && !own.some((model) => model.id === id)) return { name, id, own: first.id };
  }
  return void 0;
}
function checkNames(models, names, where) {
  const wrong = misnamed(models, names);
  if (wrong === void 0) return;
  const { name, id, own } = wrong;
  const what = `source.names says that "${name}" is ${id}, but the catalogue has it as ${own}.`;
  const remedy = "Take the line out. A model is renamed in the catalogue.";
  throw new UserError({ where: where(name), what, remedy });
}

// src/routing/model-for.ts
function modelFor(task, where = {}) {
  const found = modelsFor(where).find((choice) => choice.task === task);
  if (found !== void 0) return found;
  const tasks = modelsFor(where).map((choice) => choice.task);
  const remedy = tasks.length === 0 ? "The table has no route." : `Did you mean "${closest(task, tasks)}"?`;
  throw new UserError({ where: where.routing ?? ROUTING, what: `There is no route "${task}".`, remedy });
}
var ROUTING = "routing.yaml";
function modelsFor({
  root = ".",
  routing = ROUTING,
  catalog = "models.yaml",
  now = Date.now()
} = {}) {
  const read = (file) => readTree(textOf2(resolve(root, file), file), file);
  const tree = read(routing);
  const table = parsed(RoutingFileSchema, tree);
  const models = modelsOf(() => parsed(CatalogSchema, read(catalog)).models);
  const where = (path) => placeOf(tree, walk(tree, path)?.at(-1)?.start ?? 0);
  checkNames(models, table.source?.names ?? {}, (name) => where(["source", "names", name]));
  const listed = listedBy(table, { read, where });
  const id = (name) => idOf(name, models, table.source?.names ?? {}) ?? name;
  return Object.entries(table.routes).map(([task, route]) => {
    const stated = listed.get(table.source?.tasks[task] ?? task);
    const model = stated === void 0 ? route.model : id(stated.model);
    if (model === void 0) {
      const what = `No model is stated for "${task}".`;
      throw new UserError({ where: routing, what, remedy: "Add model: <id> to the route, or the task to the source." });
    }
    const known = models.find((each) => each.id === model);
    const override = table.overrides[task];
    return {
      task,
      model,
      served: known && { provider: known.provider, model: known.model, params: known.params },
      fallbacks: stated === void 0 ? route.fallbacks : stated.fallbacks.map(id),
      params: stated?.params ?? route.params,
      tier: route.tier,
      budget: route.budget,
      override: override?.model === model ? { ...override, expired: isOver(override.until, now) } : void 0
    };
  });
}
function listedBy({ source }, { read, where }) {
  if (source === void 0) return /* @__PURE__ */ new Map();
  return new Map(listTasks(read(source.file), layoutOf(source, where)).map((task) => [task.key, task]));
}
function modelsOf(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}
function parsed(schema, { data, file }) {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const what = `${issue?.path.join(".")}: ${issue?.message}.`;
  throw new UserError({ where: file, what, remedy: "docs/routing.md lists the fields of a route." });
}
function textOf2(file, shownAs) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new UserError({ where: shownAs, what: "The file cannot be read.", remedy: "Run from the project's folder." });
  }
}
export {
  modelFor,
  modelsFor
};
