import { registerHooks } from "node:module";

/** What this package exports, by the name that a suite imports it under. */
const OWN = new Map([
  ["signalbox", new URL("./define.ts", import.meta.url).href],
  ["signalbox/route", new URL("../routing/model-for.ts", import.meta.url).href],
]);

let hooks: ReturnType<typeof registerHooks> | undefined;
let users = 0;

/**
 * Lets suites import `signalbox` wherever they are: the name means the program that loads them. A project that is judged from
 * elsewhere (by the action, say) has nothing installed, and a copy in `node_modules` could not be loaded: Node strips no types
 * there. Returns what ends it: as long as the name is known, everything that is loaded takes longer.
 */
export function knowOwnName(): () => void {
  users += 1;
  hooks ??= registerHooks({
    resolve(specifier, context, next) {
      return next(OWN.get(specifier) ?? specifier, context);
    },
  });
  return () => {
    users -= 1;
    if (users > 0) return;
    hooks?.deregister();
    hooks = undefined;
  };
}
