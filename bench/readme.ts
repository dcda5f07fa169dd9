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
  { name: "report-print", width: 794, height: 1123, colorScheme: "light", media: "print" },
  { name: "report-pictures", width: 1280, height: 900, colorScheme: "light", part: "#pictures" },
  { name: "report-cases", width: 1280, height: 900, colorScheme: "light", part: "#cases", key: "d" },
] as const;
for (const shot of shots) {
  const { name, width, height, colorScheme } = shot;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  await page.goto(`file://${report}`);
  await page.locator("#view h4").first().waitFor();
  if ("media" in shot) await page.emulateMedia({ media: shot.media });
  if ("key" in shot) await page.keyboard.press(shot.key);
  const path = join(ROOT, `docs/images/${name}.png`);
  // The bar at the top would lie across a part that is taller than the window.
  if ("part" in shot) await page.locator("nav").evaluate((bar) => bar.remove());
  await ("part" in shot ? page.locator(shot.part).screenshot({ path }) : page.screenshot({ path }));
  await context.close();
}
await browser.close();
