import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { z } from "zod";
import type { GateReport } from "../domain/gate.ts";
import { messageOf } from "../errors.ts";
import { renderAnnotations, renderCodeQuality, renderJunit } from "../report/gate/ci.ts";
import { COMMENT_MARKER, renderGateMarkdown } from "../report/gate/markdown.ts";
import { tally } from "../report/gate/text.ts";
import type { GateOptions } from "./commands/gate.ts";
import type { World } from "./world.ts";
import { writeWhole } from "./write.ts";

const MOST_SUMMARY = 1_000_000;
const PATIENCE_MS = 10_000;

/** Writes and posts what the gate found. What cannot be posted is said on stderr and changes nothing. */
export async function publish(world: World, report: GateReport, options: GateOptions): Promise<void> {
  const folder = options.report === undefined ? undefined : resolve(world.cwd, options.report);
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    writeWhole(join(folder, "findings.json"), `${JSON.stringify(report, null, 2)}\n`);
    writeWhole(join(folder, "summary.md"), renderGateMarkdown(report, MOST_SUMMARY));
    writeWhole(join(folder, "junit.xml"), renderJunit(report));
    writeWhole(join(folder, "code-quality.json"), renderCodeQuality(report));
  }
  if (options.github !== true) return;
  const { env } = world;
  (options.json === true ? world.stderr : world.stdout)(renderAnnotations(report));
  if (env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, renderGateMarkdown(report, MOST_SUMMARY));
  if (env.GITHUB_OUTPUT) appendFileSync(env.GITHUB_OUTPUT, outputs(report, folder && relative(world.cwd, folder)));
  await comment(world, report);
}

function outputs({ findings, exitCode }: GateReport, folder: string | undefined): string {
  const outcome = exitCode === 0 ? "pass" : exitCode === 1 ? "reject" : "inconclusive";
  const lines = [
    `outcome=${outcome}`,
    `exit-code=${exitCode}`,
    `summary=${tally(findings)}`,
    ...(folder === undefined ? [] : [`report=${folder}`]),
  ];
  return `${lines.join("\n")}\n`;
}

const EventSchema = z.looseObject({ pull_request: z.looseObject({ number: z.number() }).optional() });
const CommentsSchema = z.array(
  z.looseObject({ id: z.number(), body: z.string().nullish(), user: z.looseObject({ type: z.string() }).nullish() }),
);

/** Posts the findings on the pull request, or updates the comment of an earlier run. Nothing to say and none there: nothing is posted. */
async function comment(world: World, report: GateReport): Promise<void> {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository, GITHUB_EVENT_PATH: eventFile } = world.env;
  if (!token || !repository || !eventFile || !existsSync(eventFile)) return;
  try {
    const event = EventSchema.parse(JSON.parse(readFileSync(eventFile, "utf8")));
    if (event.pull_request === undefined) return;
    const api = `${world.env.GITHUB_API_URL ?? "https://api.github.com"}/repos/${repository}/issues`;
    const call = async (method: string, url: string, body?: unknown) => {
      const response = await world.fetch(url, {
        method,
        headers: { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (!response.ok) throw new Error(`${method} ${new URL(url).pathname}: ${response.status}`);
      return response;
    };
    const old = await earlierComment(call, `${api}/${event.pull_request.number}/comments`);
    const body = { body: renderGateMarkdown(report) };
    if (old !== undefined) await call("PATCH", `${api}/comments/${old}`, body);
    else if (report.findings.length > 0) await call("POST", `${api}/${event.pull_request.number}/comments`, body);
  } catch (error) {
    world.stderr(
      `The comment could not be posted (${messageOf(error)}). On pull requests from forks that is expected; the verdict stands.\n`,
    );
  }
}

// Only a bot's: anybody can write a comment with the marker, and edit it afterwards.
async function earlierComment(
  call: (method: string, url: string) => Promise<Response>,
  url: string,
): Promise<number | undefined> {
  for (let page = 1; page <= 50; page++) {
    const comments = CommentsSchema.parse(await (await call("GET", `${url}?per_page=100&page=${page}`)).json());
    const own = comments.find(({ body, user }) => user?.type === "Bot" && body?.startsWith(COMMENT_MARKER) === true);
    if (own !== undefined) return own.id;
    if (comments.length < 100) return undefined;
  }
  return undefined;
}
