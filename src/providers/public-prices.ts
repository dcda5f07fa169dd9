import { createRequire } from "node:module";
import { calcPrice, findProvider, type ModelPrice } from "@pydantic/genai-prices";
import type { Model, ProviderConfig, Rates } from "../domain/model.ts";
import { servedAsAsked } from "./served.ts";
import { VENDOR_URL } from "./vendors.ts";

const PACKAGE = "@pydantic/genai-prices";

/** The table and its version. Its prices come with the package and carry no date of their own. */
export function publicTable(): string {
  const require = createRequire(import.meta.url);
  const { version } = createRequire(require.resolve(PACKAGE))("../package.json") as { version: string };
  return `${PACKAGE} ${version}`;
}

/** A rate that the table states otherwise, in USD per million tokens. */
export interface Difference {
  readonly rate: string;
  /** Null where the catalogue states none. */
  readonly ours: number | null;
  readonly table: number;
}

/** What the public table has of a model. */
export interface PublicPrice {
  /** The entry that the table took for the model. */
  readonly matched: string;
  /** Whether the entry has the model's own name. The table matches by prefix: another name may be another model. */
  readonly sameName: boolean;
  readonly differences: readonly Difference[];
}

/** The table's entry for a model, as of `now` (ms since the epoch); undefined where it has none, or where the model costs nothing. */
export function publicPrice(model: Model, config: ProviderConfig, now: number): PublicPrice | undefined {
  if (model.price === "free" || config.dialect === "simulated" || config.dialect === "replay") return undefined;
  const provider = findProvider({ providerApiUrl: config.baseURL ?? VENDOR_URL[config.dialect] });
  if (provider === undefined) return undefined;
  const found = calcPrice({ input_tokens: 1, output_tokens: 1 }, model.model, { provider, timestamp: new Date(now) });
  if (found === null) return undefined;
  const matched = found.model.id;
  return {
    matched,
    sameName: servedAsAsked(matched, model.model),
    differences: differencesOf(model, found.model_price),
  };
}

const RATES: readonly (readonly [ours: keyof Rates, theirs: string])[] = [
  ["input", "input_mtok"],
  ["output", "output_mtok"],
  ["cacheRead", "cache_read_mtok"],
  ["cacheWrite5m", "cache_write_mtok"],
  ["cacheWrite1h", "cache_write_1h_mtok"],
];

function differencesOf({ price }: Model, theirs: ModelPrice): Difference[] {
  const stated = typeof price === "string" ? undefined : price;
  const ownStart = stated?.longPrompt?.aboveInputTokens;
  const starts = Object.values(theirs).flatMap((rate) => (typeof rate === "object" ? rate.tiers : []));
  const start = starts.length === 0 ? undefined : Math.min(...starts.map((tier) => tier.start));
  const found = RATES.flatMap(([ours, key]) => {
    const rate = theirs[key];
    const tiered = typeof rate === "object" ? rate : undefined;
    const tier = tiered?.tiers.find((one) => one.start === start)?.price;
    return [
      ...compare(ours, stated?.[ours], tiered === undefined ? rate : tiered.base),
      ...compare(`${ours} above ${start} tokens`, stated?.longPrompt?.[ours], tier),
    ];
  });
  return ownStart === undefined ? found : [...found, ...compare("longPrompt.aboveInputTokens", ownStart, start)];
}

// A rate that only we state is no difference: the table leaves many out.
function compare(rate: string, ours: number | undefined, table: ModelPrice[string]): Difference[] {
  return typeof table !== "number" || ours === table ? [] : [{ rate, ours: ours ?? null, table }];
}
