import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { z } from "zod";
import type { GateFinding, GateReport } from "../domain/gate.ts";
import { ExitCode, messageOf, UserError } from "../errors.ts";
import { renderAnnotations, renderCodeQuality, renderJunit } from "../report/gate/ci.ts";
import { commentMarker, renderGateMarkdown } from "../report/gate/markdown.ts";
import { tally } from "../report/gate/text.ts";
import type { GateOptions } from "./commands/gate.ts";
import { EMPTY_FINDING } from "./gate-overrides.ts";
import { pathsInRepository } from "./git.ts";
import { readKeys } from "./keys.ts";
import type { World } from "./world.ts";
import { writeWhole } from "./write.ts";

const MOST_SUMMARY = 1_000_000;
const PATIENCE_MS = 10_000;

/** Writes and posts what the gate found. What cannot be posted is said on stderr and changes nothing. */
export async function publish(world: World, report: GateReport, options: GateOptions): Promise<void> {
  const { name } = options;
  const shown = located(world, report);
  const summary = renderGateMarkdown(shown, { name, most: MOST_SUMMARY });
  const folder = options.report === undefined ? undefined : resolve(world.cwd, options.report);
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    writeWhole(join(folder, "findings.json"), `${JSON.stringify(report, null, 2)}\n`);
    writeWhole(join(folder, "summary.md"), summary);
    writeWhole(join(folder, "junit.xml"), renderJunit(shown));
    writeWhole(join(folder, "code-quality.json"), renderCodeQuality(shown));
  }
  if (options.github !== true) return;
  const { env } = world;
  (options.json === true ? world.stderr : world.stdout)(renderAnnotations(shown));
  if (env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, summary);
  if (env.GITHUB_OUTPUT) appendFileSync(env.GITHUB_OUTPUT, outputs(report, folder && relative(world.cwd, folder)));
  await comment(world, shown, name);
}

/** Publishes that the gate came to no verdict, and why, beside what it had found by then. */
export async function publishError(
  world: World,
  options: GateOptions,
  { report, error }: { readonly report: GateReport | undefined; readonly error: unknown },
): Promise<void> {
  const known = report ?? { before: null, after: null, findings: [], overrides: [] };
  const exitCode = error instanceof UserError ? error.exitCode : ExitCode.crashed;
  const findings = [...known.findings, errorFinding(world, error)];
  try {
    await publish(world, { ...known, version: 1, exitCode, findings }, options);
  } catch (fault) {
    // The first error is the one to be seen.
    world.stderr(`The report could not be written: ${messageOf(fault)}\n`);
  }
}

function errorFinding(world: World, error: unknown): GateFinding {
  const fault = `This is a fault of signalbox, not of yours: ${messageOf(error)}.`;
  const told = error instanceof UserError ? error.complaint : { what: fault, remedy: "The job's log says more." };
  const { where = "gate", what, remedy } = told;
  const [, file = where, line = "1"] = /^(.+?):(\d+)$/.exec(where) ?? [];
  const isFile = statSync(resolve(world.cwd, file), { throwIfNoEntry: false })?.isFile() === true;
  const { scrub } = readKeys(world);
  return {
    ...EMPTY_FINDING,
    route: scrub(where),
    about: "error",
    outcome: "error",
    reason: scrub(`${what} ${remedy}`),
    ...(isFile ? { file, line: Number(line) } : {}),
  };
}

/** The services annotate by paths from the root of the repository, where the project may be a folder of it. */
function located({ cwd }: World, report: GateReport): GateReport {
  if (report.findings.every(({ file }) => file === null)) return report;
  const inRepository = pathsInRepository(cwd);
  const findings = report.findings.map((finding) => ({ ...finding, file: finding.file && inRepository(finding.file) }));
  return { ...report, findings };
}

const OUTCOMES = { 0: "pass", 1: "reject", 4: "inconclusive" } as const;

function outputs({ findings, exitCode }: GateReport, folder: string | undefined): string {
  const outcome = OUTCOMES[exitCode as keyof typeof OUTCOMES] ?? "error";
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
async function comment(world: World, report: GateReport, name: string | undefined): Promise<void> {
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
    const old = await earlierComment(call, {
      url: `${api}/${event.pull_request.number}/comments`,
      marker: commentMarker(name),
    });
    const body = { body: renderGateMarkdown(report, { name }) };
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
  { url, marker }: { readonly url: string; readonly marker: string },
): Promise<number | undefined> {
  for (let page = 1; page <= 50; page++) {
    const comments = CommentsSchema.parse(await (await call("GET", `${url}?per_page=100&page=${page}`)).json());
    const own = comments.find(({ body, user }) => user?.type === "Bot" && body?.startsWith(marker) === true);
    if (own !== undefined) return own.id;
    if (comments.length < 100) return undefined;
  }
  return undefined;
}
