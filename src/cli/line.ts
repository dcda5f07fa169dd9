import type { Fetch } from "../providers/http-line.ts";

/**
 * The process's one way out: every call of every provider goes over it. Its code is loaded with the first call.
 * @param env read for the proxies, in the spelling of curl: `http_proxy`, `https_proxy`, `no_proxy`, or in capitals
 */
export function openLine(env: Readonly<Record<string, string | undefined>>): Fetch {
  const read = (name: string) => env[name] ?? env[name.toUpperCase()];
  // Curl takes an address without a scheme, so people have them.
  const proxy = (name: string) => read(name)?.replace(/^(?=.)(?![a-z][a-z0-9+.-]*:\/\/)/i, "http://");
  let fetch: Promise<Fetch> | undefined;
  return async (input, init) => {
    fetch ??= import("../providers/lean-fetch.ts").then(({ createLeanFetch }) =>
      createLeanFetch({ http: proxy("http_proxy"), https: proxy("https_proxy"), except: read("no_proxy") }),
    );
    return (await fetch)(input, init);
  };
}
