import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Catalog, Model } from "../domain/model.ts";
import type { World } from "./world.ts";

/** Keys of providers, and the one place that knows them. */
export interface Keys {
  /** The key of a model's provider; `""` where the provider needs none; undefined where it is missing. */
  of(model: Model, catalog: Catalog): string | undefined;
  /** Replaces every key in a text. Whatever is written goes through it. */
  scrub(text: string): string;
}

const SHORTEST_SECRET = 8;

/** Reads keys from the environment and from `.env` in the project's folder; the environment wins. */
export function readKeys(world: Pick<World, "cwd" | "env">): Keys {
  const file = join(world.cwd, ".env");
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  const lookUp = (name: string) => world.env[name] || fromFile[name] || undefined;
  const secrets = new Set<string>();
  for (const [name, value] of [...Object.entries(fromFile), ...Object.entries(world.env)]) {
    if (/KEY|TOKEN|SECRET|PASSWORD/i.test(name) && value !== undefined && value.length >= SHORTEST_SECRET)
      secrets.add(value);
  }
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  return {
    of(model, catalog) {
      const { keyVariable, dialect } = catalog.providers[model.provider] ?? {};
      if (keyVariable === undefined || dialect === "simulated" || dialect === "replay") return "";
      return lookUp(keyVariable);
    },
    scrub(text) {
      let clean = text;
      for (const secret of longestFirst) {
        if (clean.includes(secret)) clean = clean.replaceAll(secret, "[key]");
      }
      return clean;
    },
  };
}

/** The variable that a model's provider reads its key from. */
export function keyVariableOf(model: Model, catalog: Catalog): string {
  return catalog.providers[model.provider]?.keyVariable ?? "a key";
}
