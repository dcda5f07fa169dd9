import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import type { Label, LabelLine } from "../domain/label.ts";
import { LabelLineSchema } from "../domain/label.ts";
import { seenHash } from "./label-hash.ts";
import { itemOf, type LabelItem } from "./label-queue.ts";
import { type LabelServer, startLabelServer } from "./label-server.ts";
import { createLabelSession, type LabelRubric, type LabelView } from "./label-session.ts";
import { systemClock } from "./world.ts";

const QUESTION = seenHash("q");

function items(count: number): LabelItem[] {
  return Array.from({ length: count }, (_, at) => {
    const texts = [`ours ${at}`, `theirs ${at}`] as const;
    const [left = "", right = ""] = texts.map(seenHash);
    const facts = { case: `c-${at}`, question: QUESTION, who: "", at: "", id: "", drawn: null };
    const id = itemOf({ kind: "pair", ...facts, left, right, vote: "tie" });
    return { id, caseId: `c-${at}`, question: QUESTION, texts, stratum: "tied", probability: 0.5, shared: false };
  });
}

function sessionOf(queue: readonly LabelItem[], rubric?: LabelRubric, detail: Partial<{ input: string }> = {}) {
  const lines: LabelLine[] = [];
  const labels = (): Label[] => {
    const undone = new Set(lines.flatMap((line) => (line.kind === "undo" ? [line.of] : [])));
    return lines.flatMap((line) => (line.kind === "undo" || undone.has(line.id) ? [] : [line]));
  };
  const details = new Map(queue.map(({ caseId }) => [caseId, { input: "Q?", context: [], reference: [], ...detail }]));
  const append = (line: LabelLine) => void lines.push(LabelLineSchema.parse(line));
  return {
    session: createLabelSession({ queue, details, rubric, who: "anna", clock: systemClock, labels, append }),
    lines,
  };
}

describe("a labeller's session", () => {
  it("saves what was seen, and goes on to the next", () => {
    const { session, lines } = sessionOf(items(2));
    const { item } = session.view();
    expect(session.say({ item: item?.id ?? "", vote: "left", reason: " clearer " })).toBe(true);
    const left = item?.answers[0] ?? "";
    expect(lines).toMatchObject([
      { kind: "pair", who: "anna", vote: "left", left: seenHash(left), reason: "clearer", drawn: { probability: 0.5 } },
    ]);
    expect(session.view()).toMatchObject({ progress: { mine: 1, left: 1 }, canUndo: true });
    expect(session.view().item?.id).not.toBe(item?.id);
  });

  it("takes the last word back, and asks again", () => {
    const { session } = sessionOf(items(1));
    const { item } = session.view();
    session.say({ item: item?.id ?? "", vote: "skip" });
    expect(session.view().state).toBe("done");
    expect(session.undo()).toBe(true);
    expect(session.view().item).toEqual(item);
    expect(session.undo()).toBe(false);
  });

  it("refuses a page that is out of date, and a word that does not fit", () => {
    const { session, lines } = sessionOf(items(1));
    const id = session.view().item?.id ?? "";
    expect(session.say({ item: "gone", vote: "tie" })).toBe(false);
    expect(session.say({ item: id })).toBe(false);
    expect(session.say({ item: id, met: { right: true } })).toBe(false);
    expect(lines).toEqual([]);
  });

  it("takes yes and no to every criterion of one answer", () => {
    const rubric = {
      hash: "r",
      criteria: [
        { id: "right", ask: "Right?" },
        { id: "brief", ask: "Brief?" },
      ],
    };
    const [pair] = items(1);
    if (pair === undefined) throw new Error("no item");
    const { session, lines } = sessionOf([{ ...pair, texts: ["ours 0"] }], rubric);
    const id = session.view().item?.id ?? "";
    expect(session.view().item?.criteria).toHaveLength(2);
    expect(session.say({ item: id, met: { right: true } })).toBe(false);
    expect(session.say({ item: id, met: { right: true, brief: false } })).toBe(true);
    expect(lines).toMatchObject([{ kind: "rubric", answer: seenHash("ours 0"), met: { right: true, brief: false } }]);
  });

  it("spells out what could hide or turn a text", () => {
    const { session } = sessionOf(items(1), undefined, { input: "a\u202eb" });
    expect(session.view().item?.question).toBe("a⟨U+202E⟩b");
  });
});

let server: LabelServer | undefined;
afterEach(async () => server?.close());

/** A request with headers of one's own choice, which `fetch` does not allow. */
function ask(url: string, headers: Record<string, string> = {}, post?: string) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const sent = request(url, { method: post === undefined ? "GET" : "POST", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on("error", reject);
    sent.end(post);
  });
}

describe("the page's server", () => {
  const JSON_TYPE = { "content-type": "application/json" };

  it("serves the page, its parts and the next pair under its token, with a policy that lets nothing else in", async () => {
    server = await startLabelServer(sessionOf(items(1)).session);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    for (const path of ["", "page.js", "page.css", "next"]) {
      const { status, headers } = await ask(server.url + path);
      expect(status, path).toBe(200);
      expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'");
      expect(headers["cache-control"]).toBe("no-store");
    }
  });

  it.each([
    ["without the token", (url: string) => ask(`${new URL(url).origin}/`)],
    ["with another one", (url: string) => ask(`${new URL(url).origin}/${"x".repeat(32)}/next`)],
    ["under another name", (url: string) => ask(`${url}next`, { host: "evil.example" })],
    ["from another page", (url: string) => ask(`${url}say`, { ...JSON_TYPE, origin: "http://evil.example" }, "{}")],
    ["for a file elsewhere", (url: string) => ask(`${url}..%2f..%2fpackage.json`)],
    ["for an inherited name", (url: string) => ask(`${url}constructor`)],
  ])("answers nobody %s", async (_name, asking) => {
    const { session, lines } = sessionOf(items(1));
    server = await startLabelServer(session);
    expect((await asking(server.url)).status).toBe(404);
    expect(lines).toEqual([]);
  });

  it("says so where its port is taken", async () => {
    server = await startLabelServer(sessionOf(items(1)).session);
    const port = Number(new URL(server.url).port);
    await expect(startLabelServer(sessionOf(items(1)).session, port)).rejects.toThrow(
      `--port: The page cannot be served on port ${port} (EADDRINUSE). Name another port, or none.`,
    );
  });

  it("takes votes as JSON alone, and no more of it than a vote needs", async () => {
    const { session, lines } = sessionOf(items(2));
    server = await startLabelServer(session);
    const { url } = server;
    const view = JSON.parse((await ask(`${url}next`)).text) as LabelView;
    const vote = JSON.stringify({ item: view.item?.id, vote: "tie" });
    expect((await ask(`${url}say`, { "content-type": "text/plain" }, vote)).status).toBe(405);
    expect((await ask(`${url}say`, JSON_TYPE, "{")).status).toBe(400);
    expect((await ask(`${url}say`, JSON_TYPE, JSON.stringify({ item: "x", reason: "y".repeat(20_000) }))).status).toBe(
      400,
    );
    expect(lines).toEqual([]);
    const after = await ask(`${url}say`, JSON_TYPE, vote);
    expect(after.status).toBe(200);
    expect((JSON.parse(after.text) as LabelView).progress.mine).toBe(1);
    expect((await ask(`${url}say`, JSON_TYPE, vote)).status).toBe(409);
    expect((await ask(`${url}undo`, JSON_TYPE, "{}")).status).toBe(200);
    expect(lines.map(({ kind }) => kind)).toEqual(["pair", "undo"]);
  });
});
