/** What the SDKs' clients have in common, as far as it is used here. */
interface SdkClient {
  buildRequest(
    options: { readonly path: string; readonly body?: unknown; readonly signal?: AbortSignal | null | undefined },
    attempt?: { retryCount?: number },
  ): Promise<BuiltRequest>;
}

interface BuiltRequest {
  readonly req: RequestInit & { headers: Headers };
  readonly url: string;
  readonly timeout: number;
}

/** What a request says besides what `fetch` knows. */
export interface LineRequest extends RequestInit {
  /** Ends the call, past the SDK. */
  readonly deadline?: AbortSignal | undefined;
}

/**
 * Lets an SDK prepare once what all its calls to a path share, address and headers; a call then adds its body. Both SDKs build
 * headers that say the same anew at every call, name by name, and tie the caller's signal to one of their own: a sixth of the
 * processor time of a run (docs/decisions/0014). The client must be one that sends no call twice, and says nothing in its headers
 * that changes from call to call.
 */
export function preparedOnce<Client extends SdkClient>(client: Client): Client {
  const build = client.buildRequest.bind(client);
  const prepared = new Map<string, Promise<BuiltRequest>>();
  client.buildRequest = async (options, attempt) => {
    const { path, body, signal } = options;
    const first = prepared.get(path) ?? build(options, attempt);
    prepared.set(path, first);
    const { req, ...rest } = await first;
    const own: LineRequest & BuiltRequest["req"] = {
      ...(req.method === undefined ? {} : { method: req.method }),
      headers: req.headers,
      body: JSON.stringify(body),
      deadline: signal ?? undefined,
    };
    return { ...rest, req: own };
  };
  return client;
}
