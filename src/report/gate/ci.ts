import { createHash } from "node:crypto";
import type { GateFinding, GateReport } from "../../domain/gate.ts";
import { junitFile } from "../junit-file.ts";
import { headOf, worstFirst } from "./text.ts";

/** GitHub shows so many annotations of a kind a step. */
const MOST_ANNOTATIONS = 10;

/** Workflow commands that annotate the lines of a table: rejected and inconclusive changes, and what was let through by exception, the worst first. */
export function renderAnnotations({ findings }: GateReport): string {
  return worstFirst(findings)
    .filter(({ outcome, override }) => outcome !== "pass" || override !== null)
    .slice(0, MOST_ANNOTATIONS)
    .map((finding) => {
      const kind = { error: "error", reject: "error", inconclusive: "warning", pass: "notice" }[finding.outcome];
      const place = [
        ...(finding.file === null ? [] : [`file=${property(finding.file)}`]),
        ...(finding.line === null ? [] : [`line=${finding.line}`]),
        `title=${property(`${finding.outcome}: ${headOf(finding)}`)}`,
      ].join(",");
      return `::${kind} ${place}::${message(sentence(finding))}\n`;
    })
    .join("");
}

function sentence({ reason, command }: GateFinding): string {
  return command === null ? reason : `${reason}\nTo settle it: ${command}`;
}

function message(raw: string): string {
  return raw.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(raw: string): string {
  return message(raw).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** `junit.xml`: a test case for each finding; what does not pass is a failure. */
export function renderJunit({ findings }: GateReport): string {
  const cases = findings.map((finding) => ({
    classname: finding.route,
    name: headOf(finding),
    file: finding.file ?? undefined,
    failure: finding.outcome === "pass" ? undefined : { type: finding.outcome, message: sentence(finding) },
  }));
  return junitFile([{ name: "routing gate", cases }]);
}

/** GitLab's code quality report: the findings that do not pass, on their lines. */
export function renderCodeQuality({ findings }: GateReport): string {
  const issues = findings
    .filter(({ outcome, file }) => outcome !== "pass" && file !== null)
    .map((finding) => ({
      description: `${headOf(finding)}: ${sentence(finding)}`,
      check_name: `routing-gate-${finding.about}`,
      fingerprint: createHash("sha256")
        .update(JSON.stringify([finding.file, finding.route, finding.about, finding.to]))
        .digest("hex"),
      severity: finding.outcome === "inconclusive" ? "major" : "blocker",
      location: { path: finding.file, lines: { begin: finding.line ?? 1 } },
    }));
  return `${JSON.stringify(issues, null, 2)}\n`;
}
