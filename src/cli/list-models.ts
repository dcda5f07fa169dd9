import type { Catalog, Model } from "../domain/model.ts";
import { endpointOf } from "../domain/model.ts";
import { ExitCode } from "../errors.ts";
import type { Difference, PublicPrice } from "../providers/public-prices.ts";
import { plural, UNKNOWN } from "../report/numbers.ts";
import { findModel, loadCatalog } from "../suite/project.ts";
import { inColumns } from "./columns.ts";
import { type Keys, keyVariableOf, readKeys } from "./keys.ts";
import type { World } from "./world.ts";

const DAY_MS = 86_400_000;

interface Row {
  readonly id: string;
  readonly provider: string;
  readonly endpoint: string;
  readonly model: string;
  readonly tier: string | null;
  readonly keyVariable: string | null;
  readonly keyPresent: boolean;
  readonly price: Model["price"];
  readonly priceAgeDays: number | null;
  readonly publicPrice: PublicPrice | null;
  readonly retiresOn: string | null;
  readonly daysToRetirement: number | null;
  readonly judge: boolean;
}

/** `models`: a line per model, and what a public price table has to say. Calls nothing. */
export async function listModels(
  world: World,
  options: { readonly catalog?: string; readonly models?: readonly string[]; readonly json?: boolean },
): Promise<number> {
  const { value: catalog } = loadCatalog(world.cwd, options.catalog ?? "models.yaml");
  const keys = readKeys(world);
  const { publicPrice, publicTable } = await import("../providers/public-prices.ts");
  const models = options.models === undefined ? catalog.models : options.models.map((id) => findModel(catalog, id));
  const rows = models.map((model) => {
    const config = catalog.providers[model.provider];
    const found = config === undefined ? undefined : publicPrice(model, config, world.clock.now());
    return rowOf(model, { catalog, keys, now: world.clock.now(), found });
  });
  if (options.json === true) {
    world.stdout(`${JSON.stringify(rows, null, 2)}\n`);
    return ExitCode.done;
  }
  const table = [
    ["model", "tier", "key", "USD per million tokens in / out", "price checked", "retires"],
    ...rows.map((row, index) => [
      row.id,
      row.tier ?? "",
      keyText(row, keyVariableOf(models[index] as Model, catalog)),
      priceText(row.price),
      row.priceAgeDays === null ? "" : `${row.priceAgeDays} days ago`,
      retirementText(row.retiresOn, row.daysToRetirement),
    ]),
  ];
  world.stdout(`${inColumns(table).join("\n")}\n`);
  const drift = driftText(rows, publicTable());
  if (drift !== "") world.stdout(`\n${drift}\n`);
  if (rows.every(({ keyPresent }) => !keyPresent)) {
    world.stdout(
      "\nNo key is here, so `npm run eval <suite>` runs the simulated fleet. Put a key into .env, as VARIABLE=value, to compare real models.\n",
    );
  }
  return ExitCode.done;
}

function rowOf(
  model: Model,
  known: {
    readonly catalog: Catalog;
    readonly keys: Keys;
    readonly now: number;
    readonly found: PublicPrice | undefined;
  },
): Row {
  const { catalog, keys, now, found } = known;
  return {
    id: model.id,
    provider: model.provider,
    endpoint: endpointOf(model, catalog),
    model: model.model,
    tier: model.tier ?? null,
    keyVariable: catalog.providers[model.provider]?.keyVariable ?? null,
    keyPresent: keys.of(model, catalog) !== undefined,
    price: model.price,
    priceAgeDays: typeof model.price === "string" ? null : daysBetween(model.price.checkedAt, now),
    publicPrice: found ?? null,
    retiresOn: model.retiresOn ?? null,
    daysToRetirement: model.retiresOn === undefined ? null : -daysBetween(model.retiresOn, now),
    judge: catalog.judges.includes(model.id),
  };
}

/** Which prices differ from the table's, under which name it knows the model, and which it does not have. */
function driftText(rows: readonly Row[], table: string): string {
  const compared = rows.flatMap(({ id, model, publicPrice }) =>
    publicPrice === null ? [] : [{ id, model, ...publicPrice }],
  );
  if (compared.length === 0) return "";
  const differing = compared.filter(({ differences }) => differences.length > 0);
  const agreeing = compared.filter(({ differences }) => differences.length === 0);
  const doubtful = compared.filter(({ sameName }) => !sameName);
  const missing = rows.filter(({ publicPrice, price, endpoint }) => {
    return publicPrice === null && price !== "free" && endpoint !== "simulated";
  });
  return [
    `Prices beside those of ${table}, which matches names by their beginning: ${plural(compared.length, "model")} found, ${differing.length} with a difference.`,
    ...differing.flatMap(({ id, matched, differences }) => [
      `  ${id} (there: ${matched})`,
      ...differences.map((difference) => `    ${differenceText(difference)}`),
    ]),
    ...doubtful.map(
      ({ id, model, matched }) => `  ${id}: "${model}" was taken for "${matched}", which may be another model.`,
    ),
    ...(agreeing.length === 0
      ? []
      : [`  No difference: ${agreeing.map(({ id, matched }) => `${id} (${matched})`).join(", ")}.`]),
    ...(missing.length === 0 ? [] : [`  Not there: ${missing.map(({ id }) => id).join(", ")}.`]),
  ].join("\n");
}

function differenceText({ rate, ours, table }: Difference): string {
  return `${rate}: ${ours ?? UNKNOWN} here, ${table} there`;
}

function keyText(row: Row, variable: string): string {
  if (row.keyVariable === null) return "none needed";
  return row.keyPresent ? "present" : `${variable} missing`;
}

function daysBetween(day: string, now: number): number {
  return Math.floor((now - Date.parse(`${day}T00:00:00Z`)) / DAY_MS);
}

function priceText(price: Model["price"]): string {
  if (price === "free") return "free";
  if (price === "unknown") return UNKNOWN;
  const long = price.longPrompt;
  const above = long === undefined ? "" : `, above ${long.aboveInputTokens / 1_000}k ${long.input} / ${long.output}`;
  return `${price.input} / ${price.output}${above}`;
}

function retirementText(day: string | null, days: number | null): string {
  if (day === null || days === null) return "";
  if (days < 0) return `${day}: retired ${-days} days ago`;
  return `${day}: in ${days} days`;
}
