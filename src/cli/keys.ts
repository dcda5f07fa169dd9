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
  // Pasted with a line break, a key would make a header that nobody can send.
  const lookUp = (name: string) => world.env[name]?.trim() || fromFile[name]?.trim() || undefined;
  const secrets = new Set<string>();
  for (const [name, value = ""] of [...Object.entries(fromFile), ...Object.entries(world.env)]) {
    if (/KEY|TOKEN|SECRET|PASSWORD/i.test(name)) addSecret(secrets, value.trim());
    const { password } = /^[a-z][a-z0-9+.-]*:\/\/[^/\s@]*:(?<password>[^/\s@]+)@/i.exec(value)?.groups ?? {};
    if (password !== undefined) addSecret(secrets, password);
  }
  let longestFirst: string[] | undefined;
  return {
    of(model, catalog) {
      const { keyVariable, dialect } = catalog.providers[model.provider] ?? {};
      if (keyVariable === undefined || dialect === "simulated" || dialect === "replay") return "";
      const key = lookUp(keyVariable);
      // Its variable may have any name.
      if (key !== undefined && addSecret(secrets, key)) longestFirst = undefined;
      return key;
    },
    scrub(text) {
      longestFirst ??= [...secrets].sort((a, b) => b.length - a.length);
      let clean = text;
      for (const secret of longestFirst) {
        if (clean.includes(secret)) clean = clean.replaceAll(secret, "[key]");
      }
      return clean;
    },
  };
}

/** Adds a secret as it is, as a URL carries it, and as JSON does; false where there is nothing new. */
function addSecret(secrets: Set<string>, secret: string): boolean {
  if (secret.length < SHORTEST_SECRET) return false;
  const before = secrets.size;
  for (const form of [secret, encodeURIComponent(secret), decoded(secret), JSON.stringify(secret).slice(1, -1)]) {
    secrets.add(form);
  }
  return secrets.size > before;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The variable that a model's provider reads its key from. */
export function keyVariableOf(model: Model, catalog: Catalog): string {
  return catalog.providers[model.provider]?.keyVariable ?? "a key";
}
