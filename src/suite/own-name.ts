import { registerHooks } from "node:module";

/** What this package exports, by the name that a suite imports it under. */
const OWN = new Map([
  ["signalbox", new URL("./define.ts", import.meta.url).href],
  ["signalbox/route", new URL("../routing/model-for.ts", import.meta.url).href],
]);

let isKnown = false;

/**
 * Lets suites import `signalbox` wherever they are: the name means the program that loads them. A project that is judged from
 * elsewhere (by the action, say) has nothing installed, and a copy in `node_modules` could not be loaded: Node strips no types
 * there.
 */
export function knowOwnName(): void {
  if (isKnown) return;
  isKnown = true;
  registerHooks({
    resolve(specifier, context, next) {
      return next(OWN.get(specifier) ?? specifier, context);
    },
  });
}
