export type Fetch = typeof globalThis.fetch;

/**
 * A `fetch` whose failures carry the line's own error code and nothing else. The SDKs read the text of what `fetch`
 * throws, and make one "timed out" of a model that thinks too long and of a network that is not there; the first is
 * the model's failure and charged, the second is ours.
 */
export function withLineFaults(fetch: Fetch): Fetch {
  return async (input, init) => {
    try {
      return await fetch(input, init);
    } catch (thrown) {
      if (init?.signal?.aborted === true) throw thrown;
      throw new LineFault(lineCodeOf(thrown) ?? "no connection");
    }
  };
}

/** The message stays clear of the words that the SDKs look for. */
class LineFault extends Error {
  readonly code: string;

  constructor(code: string) {
    super("fetch failed");
    this.name = "LineFault";
    this.code = code;
  }
}

/** The system's or undici's error code (`ECONNREFUSED`, `UND_ERR_SOCKET`) from anywhere in the chain of causes. */
export function lineCodeOf(thrown: unknown): string | undefined {
  let error = thrown;
  for (let depth = 0; error instanceof Error && depth < 5; depth++) {
    if ("code" in error && typeof error.code === "string") return error.code;
    error = error.cause;
  }
  return undefined;
}
