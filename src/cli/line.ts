import type { Fetch } from "../providers/http-line.ts";

/**
 * The process's one way out: every call of every provider goes over it. Its code is loaded with the first call.
 * @param env read for the proxies, in the spelling of curl: `http_proxy`, `https_proxy`, `no_proxy`, or in capitals
 */
export function openLine(env: Readonly<Record<string, string | undefined>>): Fetch {
  const read = (name: string) => env[name] ?? env[name.toUpperCase()];
  let fetch: Promise<Fetch> | undefined;
  return async (input, init) => {
    fetch ??= import("../providers/lean-fetch.ts").then(({ createLeanFetch }) =>
      createLeanFetch({ http: read("http_proxy"), https: read("https_proxy"), except: read("no_proxy") }),
    );
    return (await fetch)(input, init);
  };
}
