import { createRequire } from "node:module";
import { UserError } from "../errors.ts";

const { resolve } = createRequire(import.meta.url);

/**
 * A package that is not installed with this one, for the suites that need it. It is loaded with the first answer.
 * @param rule who needs it
 * @throws UserError at once where it is not installed
 */
export function optionalPackage<Package>(
  name: string,
  rule: string,
  load: () => Promise<Package>,
): () => Promise<Package> {
  try {
    resolve(name);
  } catch {
    const what = `The rule "${rule}" needs the package ${name}, which is not installed.`;
    throw new UserError({ what, remedy: `npm install --save-dev ${name}` });
  }
  let loading: Promise<Package> | undefined;
  return () => {
    loading ??= load();
    return loading;
  };
}
