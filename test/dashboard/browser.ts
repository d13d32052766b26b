import { existsSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { type Headgate, type HeadgateOptions, startHeadgate } from "../harness/start-headgate";

const root = join(import.meta.dir, "..", "..");
const places = [
  "/usr/lib/chromium/chromium",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** The browser of the machine; undefined where there is none and these tests are skipped. */
export const browserFile = [process.env.HEADGATE_TEST_BROWSER, ...places].find(
  (file) => file !== undefined && existsSync(file),
);
if (browserFile === undefined) {
  process.stderr.write("There is no chromium on this machine: the tests of the dashboard are skipped\n");
}

/** An instance with its page, and a browser. What a page may never do is noted in `faults`, whatever a test looks at. */
export type Dashboard = {
  readonly headgate: Headgate;
  /** A new tab, signed in as administrator unless `signedIn` is false; `path` is below /ui. */
  open(path: string, options?: TabOptions): Promise<Page>;
  /** Violations of the policy, errors of scripts, requests to other hosts, so far. */
  faults(): readonly string[];
  stop(): Promise<void>;
};

export type TabOptions = {
  readonly signedIn?: boolean;
  readonly theme?: "light" | "dark";
  readonly width?: number;
  readonly height?: number;
  /** As a browser that never was here: the overview of a new instance opens the first steps. */
  readonly firstVisit?: boolean;
};

export async function startDashboard(options: HeadgateOptions = {}): Promise<Dashboard> {
  buildPage();
  const headgate = await startHeadgate(options);
  const browser = await chromium.launch({ executablePath: browserFile ?? "", args: ["--no-sandbox"] });
  const faults: string[] = [];
  return {
    headgate,
    faults: () => [...faults],
    open: async (path, tab = {}) => {
      const context = await newContext(browser, tab);
      if (tab.signedIn !== false) await signIn(context, headgate);
      const page = await context.newPage();
      watch(page, headgate.url, faults);
      await page.goto(`${headgate.url}/ui${path}`);
      return page;
    },
    stop: async () => {
      await browser.close();
      await headgate.stop();
    },
  };
}

/** What a browser finds wrong when it signs in at an address with a token; an empty list says that the page works there. */
export async function faultsAt(url: string, token: string): Promise<readonly string[]> {
  const browser = await chromium.launch({ executablePath: browserFile ?? "", args: ["--no-sandbox"] });
  try {
    const page = await (await newContext(browser, {})).newPage();
    const faults: string[] = [];
    watch(page, url, faults);
    await page.goto(`${url}/ui/`);
    await page.getByLabel("Token or key").fill(token);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    return faults;
  } finally {
    await browser.close();
  }
}

/** Rules of WCAG 2.2 A and AA that the page breaks, each with where. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const violations: readonly Violation[] = await page.evaluate(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }).then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = "" }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
  );
}

type Violation = {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
};

function buildPage(): void {
  const { success } = Bun.spawnSync(["node", join(root, "scripts/build-dashboard.mjs")], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (!success) throw new Error("Cannot build the dashboard");
}

async function newContext(browser: Browser, tab: TabOptions) {
  const { theme = "light", width = 1280, height = 800, firstVisit = false } = tab;
  const context = await browser.newContext({ colorScheme: theme, viewport: { width, height }, locale: "en-US" });
  // Read from the console, as they come.
  await context.addInitScript(`addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) =>
    console.error("policy:", violatedDirective, blockedURI, sourceFile))`);
  const kept = `localStorage.setItem("headgate-preferences", '{"startDismissed":true}')`;
  if (!firstVisit)
    await context.addInitScript(
      `if (location.protocol === "http:") localStorage.getItem("headgate-preferences") ?? ${kept}`,
    );
  return context;
}

/** By the API, into the cookies of the context. */
async function signIn(context: BrowserContext, { url, adminToken }: Headgate): Promise<void> {
  const response = await context.request.post(`${url}/api/sessions`, {
    headers: { origin: url, "content-type": "application/json" },
    data: { token: adminToken },
  });
  if (response.status() !== 201) throw new Error(`Cannot sign in: ${response.status()} ${await response.text()}`);
}

function watch(page: Page, url: string, faults: string[]): void {
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // A refused call is told by the page itself.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      faults.push(message.text());
  });
  page.on("request", (request) => {
    const address = request.url();
    if (!address.startsWith(`${url}/`) && !/^(data|blob):/.test(address)) faults.push(`request to ${address}`);
  });
}
