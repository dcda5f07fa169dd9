// Puts the real output of commands into README.md, and makes its pictures. Run it after a change of either.
//   npm run readme
// Needs Chromium at /usr/bin/chromium; the table of recorded models is renewed where SIGNALBOX_RECORDED_DIR is set.
import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { ROOT } from "../test/project.ts";

const README = join(ROOT, "README.md");
const BLOCK = /<!-- output: (.+?) -->\n([\s\S]*?)<!-- end -->/g;

const text = readFileSync(README, "utf8").replace(BLOCK, (whole, command: string, old: string) => {
  if (command.includes("recorded") && !process.env.SIGNALBOX_RECORDED_DIR) return whole;
  const [program = "", ...args] = command.split(" ");
  const output = execFileSync(program, args, {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  }).trim();
  const body = old.includes("```") ? `\`\`\`\n${output}\n\`\`\`` : `\n${output}\n`;
  return `<!-- output: ${command} -->\n${body}\n<!-- end -->`;
});
writeFileSync(README, text);

const report = realpathSync(join(ROOT, "reports/research/latest/report.html"));
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: flags });
const shots = [
  { name: "report-light", width: 1280, height: 1180, colorScheme: "light" },
  { name: "report-dark", width: 1280, height: 1180, colorScheme: "dark" },
  { name: "report-narrow", width: 360, height: 1600, colorScheme: "light" },
] as const;
for (const { name, width, height, colorScheme } of shots) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  await page.goto(`file://${report}`);
  await page.screenshot({ path: join(ROOT, `docs/images/${name}.png`) });
  await context.close();
}
await browser.close();
