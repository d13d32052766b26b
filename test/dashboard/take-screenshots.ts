// Takes a picture of every page in both themes and at 360 pixels, with a log of a company of some size:
// bun test/dashboard/take-screenshots.ts [FOLDER] [PATH…]. Without paths, all pages.
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "../harness/wait-until";
import type { TabOptions } from "./browser";
import { startFilledDashboard } from "./filled-dashboard";

const [folder = join(import.meta.dir, "..", "..", "docs", "images"), ...wanted] = process.argv.slice(2);
const pages = [
  "/?range=7d",
  "/requests?range=24h",
  "/playground",
  "/providers",
  "/models",
  "/routes",
  "/dialects",
  "/keys",
  "/teams",
  "/customers",
  "/limits",
  "/events",
  "/audit",
  "/settings",
  "/system",
];
const looks: { readonly [name: string]: TabOptions } = {
  light: { theme: "light", width: 1280, height: 800 },
  dark: { theme: "dark", width: 1280, height: 800 },
  narrow: { theme: "light", width: 360, height: 740 },
};

mkdirSync(folder, { recursive: true });
process.env.FONTCONFIG_FILE = fontsOfPictures();
const dashboard = await startFilledDashboard(60_000);
try {
  for (const path of wanted.length === 0 ? pages : wanted) {
    for (const [look, options] of Object.entries(looks)) {
      const page = await dashboard.open(path, options);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle");
      // Asked from here: what the page would evaluate again and again, its policy forbids.
      await waitUntil("the page to be filled", async () => (await page.locator(".skeleton").count()) === 0);
      const name = /^\/([\w-]*)/.exec(path)?.[1] ?? "";
      await page.screenshot({ path: join(folder, `${name === "" ? "overview" : name}-${look}.png`) });
      await page.close();
    }
  }
  for (const fault of dashboard.faults()) process.stderr.write(`${fault}\n`);
} finally {
  await dashboard.stop();
}

/** The page takes the system's font. On Debian that is nothing to show: Inter stands for it where it is installed (fonts-inter). */
function fontsOfPictures(): string {
  const file = join(tmpdir(), "headgate-screenshots-fonts.conf");
  const matches = ["system-ui", "sans-serif"].map(
    (family) =>
      `<match target="pattern"><test name="family"><string>${family}</string></test>` +
      `<edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>`,
  );
  const content = `<fontconfig><include>/etc/fonts/fonts.conf</include>${matches.join("")}</fontconfig>\n`;
  writeFileSync(file, content);
  return file;
}
