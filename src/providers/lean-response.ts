import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import type { Dispatcher } from "undici";
import { type HeldResponse, UnreadableBody } from "./http-line.ts";
import type { Turns } from "./turns.ts";

/** Longer answers are broken off: no model writes so much, and an endless one would fill the memory. */
export const MOST_BODY_BYTES = 32 * 2 ** 20;

type RawHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What the SDKs read of a Headers object. */
class LeanHeaders {
  readonly #raw: RawHeaders;

  constructor(raw: RawHeaders) {
    this.#raw = raw;
  }

  get(name: string): string | null {
    const value = this.#raw[name] ?? this.#raw[name.toLowerCase()];
    return value === undefined ? null : typeof value === "string" ? value : value.join(", ");
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  *entries(): Generator<[string, string]> {
    for (const name of Object.keys(this.#raw)) {
      const value = this.get(name);
      if (value !== null) yield [name, value];
    }
  }

  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }
}

/** What the SDKs read of a Response. The body is here already, or known to be broken. */
export class LeanResponse implements HeldResponse {
  readonly url: string;
  readonly status: number;
  readonly headers: LeanHeaders;
  readonly body = null;
  readonly heldMs: number;
  readonly #chunks: readonly Buffer[];
  readonly #broken: Error | undefined;

  constructor(url: string, head: { readonly status: number; readonly headers: RawHeaders }, body: Body) {
    this.url = url;
    this.status = head.status;
    this.headers = new LeanHeaders(head.headers);
    this.heldMs = body.heldMs;
    this.#chunks = body.chunks;
    this.#broken = body.broken;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** @throws an error with the line's code where the body did not come to its end, or cannot be unpacked. */
  async text(): Promise<string> {
    if (this.#broken !== undefined) throw this.#broken;
    const [first, ...more] = this.#chunks;
    const bytes = first === undefined || more.length > 0 ? Buffer.concat(this.#chunks) : first;
    return unpack(bytes, this.headers.get("content-encoding"))
      .toString("utf8")
      .replace(/^\uFEFF/, "");
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
}

interface Body extends HeldResponse {
  readonly chunks: readonly Buffer[];
  readonly broken: Error | undefined;
}

// Nobody asks for packed answers; some servers and gateways pack them all the same.
function unpack(bytes: Buffer, encoding: string | null): Buffer {
  const names = (encoding ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  return names.reduceRight((packed, name) => {
    if (name === "" || name === "identity" || packed.length === 0) return packed;
    const unpackOne = UNPACK[name];
    if (unpackOne === undefined) throw new UnreadableBody(`content-encoding ${name.slice(0, 20)}`);
    try {
      return unpackOne(packed, { maxOutputLength: MOST_BODY_BYTES });
    } catch (thrown) {
      throw new UnreadableBody((thrown as NodeJS.ErrnoException).code ?? `content-encoding ${name}`);
    }
  }, bytes);
}

const UNPACK: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

interface Call {
  readonly url: string;
  readonly signal: AbortSignal | undefined;
  /** Answers wait here for their turn. */
  readonly turns: Turns;
  readonly resolve: (response: LeanResponse) => void;
  readonly reject: (reason: unknown) => void;
}

/** Collects one answer from undici's dispatcher. */
export class Receiver implements Dispatcher.DispatchHandler {
  readonly #call: Call;
  readonly #chunks: Buffer[] = [];
  readonly #abort = () => this.#giveUp();
  #head: { readonly status: number; readonly headers: RawHeaders } | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #bytes = 0;

  constructor(call: Call) {
    this.#call = call;
    call.signal?.addEventListener("abort", this.#abort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#call.signal?.aborted) this.#giveUp();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: RawHeaders): void {
    if (status >= 200) this.#head = { status, headers };
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > MOST_BODY_BYTES) controller.abort(new UnreadableBody(`longer than ${MOST_BODY_BYTES} bytes`));
  }

  onResponseEnd(): void {
    const receivedAt = performance.now();
    // It is here and paid for: a deadline that runs out while it waits takes it from nobody.
    this.#letGo();
    this.#call.turns.take(() => this.#end(undefined, performance.now() - receivedAt));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#letGo();
    // What is no HTTP at all has a name and no code.
    this.#end("code" in error && error.code ? error : Object.assign(error, { code: error.name }));
  }

  #letGo(): void {
    this.#call.signal?.removeEventListener("abort", this.#abort);
  }

  #giveUp(): void {
    const reason: unknown = this.#call.signal?.reason;
    // Before the request has a connection there is nothing to abort: the caller must not wait for one.
    this.#call.reject(reason);
    this.#controller?.abort(reason instanceof Error ? reason : new Error("aborted"));
  }

  #end(broken: Error | undefined, heldMs = 0): void {
    const { url, resolve, reject } = this.#call;
    if (this.#head === undefined) reject(broken ?? new Error("no answer"));
    else resolve(new LeanResponse(url, this.#head, { chunks: this.#chunks, broken, heldMs }));
  }
}
