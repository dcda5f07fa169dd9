import { describe, expect, it } from "vitest";
import { systemClock } from "../src/cli/world.ts";
import { createLeanFetch } from "../src/providers/lean-fetch.ts";
import { makeProject, ROOT, signalbox } from "./project.ts";
import { type Answering, type ChatServer, startChatServer } from "./server.ts";

const KEY = "sk-ping-0123456789abcdef";
const PRICE = "price: { input: 1, output: 2, source: made up, checkedAt: 2026-11-01 }";

const catalogAt = (url: string) => `providers:
  first: { dialect: openai, baseURL: "${url}", keyVariable: FIRST_API_KEY, concurrency: 1 }
  second: { dialect: anthropic, baseURL: "http://127.0.0.1:9", keyVariable: SECOND_API_KEY }
models:
  - { id: alpha, provider: first, model: alpha-1, family: a, ${PRICE}, params: { maxTokens: 4000, extra: { thinking: { type: enabled }, top_k: 3 } } }
  - { id: beta, provider: first, model: beta-1, family: b, ${PRICE} }
  - { id: dear, provider: first, model: dear-1, family: b, price: { input: 1, output: 900, source: made up, checkedAt: 2026-11-01 } }
  - { id: vague, provider: first, model: vague-1, family: b }
  - { id: far, provider: second, model: far-1, family: c, ${PRICE} }
`;

async function ping(
  answer: Answering["answer"],
  use: (
    run: (argv?: string[], changes?: Parameters<typeof signalbox>[2]) => ReturnType<typeof signalbox>,
    server: ChatServer,
  ) => Promise<void>,
): Promise<void> {
  await using server = await startChatServer({ answer });
  using project = makeProject({ "models.yaml": catalogAt(server.url) });
  const fetch = createLeanFetch();
  await use(
    (argv = [], changes = {}) =>
      signalbox(project.root, ["models", "--ping", ...argv], { env: { FIRST_API_KEY: KEY }, fetch, ...changes }),
    server,
  );
}

describe("models --ping", () => {
  it("asks each model that has its key once, and says what came back, what it cost and how long it took", () =>
    ping(
      () => "pong",
      async (run, server) => {
        const ended = await run([], { clock: { ...systemClock, monotonic: () => 0 } });
        expect(ended.code).toBe(0);
        expect(server.total()).toBe(2);
        expect(ended.err).toBe("Asking 2 of 5 models, each once, for at most $0.000338 together.\n");
        expect(ended.out).toMatchInlineSnapshot(`
          "model  time  cost        what came back
          alpha  0 ms  $0.0000200  "pong"
          beta   0 ms  $0.0000200  "pong"
          dear                     not asked: it may cost $0.0576, more than a ping may spend
          vague                    not asked: nobody knows what it may cost: it needs a price, and to accept maxTokens
          far                      not asked: SECOND_API_KEY is missing

          2 answered, 0 failed, 3 not asked; $0.0000400 spent.
          "
        `);
      },
    ));

  it("ends with 3 when one fails, and shows neither key nor escape sequences", () =>
    ping(
      (_question, model) =>
        model === "beta-1" ? { status: 401, message: `no such key ${KEY}` } : "pong \u001b[31mred\u001b[0m\n\u0007bell",
      async (run, server) => {
        const ended = await run(["--models", "alpha,beta"]);
        expect(ended.code).toBe(3);
        expect(server.total()).toBe(2);
        expect(ended.out).toContain('"pong red bell"');
        expect(ended.out).toMatch(/auth: HTTP 401 for beta-1: no such key \[key\] \(request req_server\)/);
        expect(ended.out).not.toContain(KEY);
        expect(ended.out).not.toContain("\u001b");
      },
    ));

  it("prints JSON", () =>
    ping(
      () => "pong",
      async (run) => {
        const ended = await run(["--json", "--models", "alpha,far"]);
        expect(JSON.parse(ended.out)).toEqual([
          {
            id: "alpha",
            state: "answered",
            text: "pong",
            reason: "stop",
            costUsd: 20e-6,
            latencyMs: expect.any(Number),
            requestId: "req_server",
          },
          { id: "far", state: "not-asked", text: "SECOND_API_KEY is missing" },
        ]);
      },
    ));

  it("asks nobody without a key, lists the variables, and ends with 2", () =>
    ping(
      () => "pong",
      async (run, server) => {
        const ended = await run([], { env: {} });
        expect(ended.code).toBe(2);
        expect(server.total()).toBe(0);
        expect(ended.out).toContain("not asked: FIRST_API_KEY is missing");
        expect(ended.err).toMatch(/^No model could be asked\. Put a key into \.env/);
      },
    ));

  it("names the variable of a key that no request can carry, and not the key", () =>
    ping(
      () => "pong",
      async (run, server) => {
        const ended = await run([], { env: { FIRST_API_KEY: "sk-ping\n0123456789" } });
        expect(ended.code).toBe(2);
        expect(ended.err).toMatch(/FIRST_API_KEY: The key holds a blank, a line break/);
        expect(ended.err).not.toContain("0123456789");
        expect(server.total()).toBe(0);
      },
    ));

  it("gives up on Ctrl-C, and says so", () =>
    ping(
      () => ({ fault: "hang" }),
      async (run, server) => {
        let interrupt = () => {};
        const running = run(["--models", "alpha"], {
          onInterrupt: (handler) => {
            interrupt = handler;
            return () => {};
          },
        });
        while (server.total() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        interrupt();
        const ended = await running;
        expect(ended.code).toBe(130);
        expect(ended.out).toContain("interrupted: stopped by the user");
      },
    ));

  it("lets simulated models answer, and spends nothing", async () => {
    const ended = await signalbox(ROOT, ["models", "--ping", "--catalog", "evals/demo/models.yaml"]);
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(/sim-summit .* "(?:Label: |\*\*)?pong(?:\*\*)?" \(simulated\)/);
    expect(ended.out).toContain("5 answered, 0 failed, 0 not asked; $0 spent.");
  });
});

describe("models", () => {
  it("shows what a public table has, under which name, and calls nothing", async () => {
    using project = makeProject({
      "models.yaml": `providers: { openai: { dialect: openai }, anthropic: { dialect: anthropic }, local: { dialect: openai, baseURL: "http://127.0.0.1:9/v1" } }
models:
  - { id: same, provider: openai, model: gpt-4o, family: g, price: { input: 2.5, output: 10, source: s, checkedAt: 2026-11-01 } }
  - { id: off, provider: openai, model: gpt-4o, family: g, price: { input: 9, output: 10, cacheRead: 1.25, source: s, checkedAt: 2026-11-01 } }
  - { id: near, provider: anthropic, model: claude-sonnet-4-6-turbo, family: c }
  - { id: ours, provider: local, model: gpt-4o, family: g, ${PRICE} }
  - { id: free, provider: local, model: gpt-4o, family: g, price: free }
`,
    });
    const ended = await signalbox(project.root, ["models"]);
    expect(ended.code).toBe(0);
    expect(ended.out.slice(ended.out.indexOf("Prices beside"))).toMatchInlineSnapshot(`
      "Prices beside those of @pydantic/genai-prices 0.1.8, which matches names by their beginning: 3 models found, 3 with a difference.
        same (there: gpt-4o)
          cacheRead: unknown here, 1.25 there
        off (there: gpt-4o)
          input: 9 here, 2.5 there
        near (there: claude-sonnet-4-6)
          input: unknown here, 3 there
          output: unknown here, 15 there
          cacheRead: unknown here, 0.3 there
          cacheWrite5m: unknown here, 3.75 there
          cacheWrite1h: unknown here, 6 there
        near: "claude-sonnet-4-6-turbo" was taken for "claude-sonnet-4-6", which may be another model.
        Not there: ours.
      "
    `);
  });
});
