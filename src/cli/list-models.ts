import type { Model } from "../domain/model.ts";
import { ExitCode } from "../errors.ts";
import { UNKNOWN } from "../report/numbers.ts";
import { loadCatalog } from "../suite/project.ts";
import { keyVariableOf, readKeys } from "./keys.ts";
import type { World } from "./world.ts";

const DAY_MS = 86_400_000;

/** `models`: a line per model. Calls nothing. */
export function listModels(world: World, options: { readonly catalog?: string; readonly json?: boolean }): number {
  const { value: catalog } = loadCatalog(world.cwd, options.catalog ?? "models.yaml");
  const keys = readKeys(world);
  const today = world.clock.now();
  const rows = catalog.models.map((model) => ({
    id: model.id,
    provider: model.provider,
    model: model.model,
    tier: model.tier ?? null,
    keyVariable: catalog.providers[model.provider]?.keyVariable ?? null,
    keyPresent: keys.of(model, catalog) !== undefined,
    price: model.price,
    priceAgeDays: typeof model.price === "string" ? null : daysBetween(model.price.checkedAt, today),
    retiresOn: model.retiresOn ?? null,
    daysToRetirement: model.retiresOn === undefined ? null : -daysBetween(model.retiresOn, today),
    judge: catalog.judges.includes(model.id),
  }));
  if (options.json === true) {
    world.stdout(`${JSON.stringify(rows, null, 2)}\n`);
    return ExitCode.done;
  }
  const table = [
    ["model", "tier", "key", "USD per million tokens in / out", "price checked", "retires"],
    ...rows.map((row, index) => [
      row.id,
      row.tier ?? "",
      row.keyVariable === null
        ? "none needed"
        : row.keyPresent
          ? "present"
          : `${keyVariableOf(catalog.models[index] as Model, catalog)} missing`,
      priceText(row.price),
      row.priceAgeDays === null ? "" : `${row.priceAgeDays} days ago`,
      retirementText(row.retiresOn, row.daysToRetirement),
    ]),
  ];
  const widths = (table[0] as string[]).map((_, column) =>
    Math.max(...table.map((cells) => (cells[column] as string).length)),
  );
  for (const cells of table)
    world.stdout(
      `${cells
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join("  ")
        .trimEnd()}\n`,
    );
  if (rows.every(({ keyPresent }) => !keyPresent)) {
    world.stdout(
      "\nNo key is here, so `npm run eval <suite>` runs the simulated fleet. Put a key into .env, as VARIABLE=value, to compare real models.\n",
    );
  }
  return ExitCode.done;
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
