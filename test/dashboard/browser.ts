import { existsSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { type BrowserContext, chromium, type Page } from "playwright-core";
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

/** An instance with its page. What a page may never do is noted in `faults`, whatever a test looks at. */
export type Dashboard = {
  readonly headgate: Headgate;
  /** A new tab, signed in as administrator unless `signedIn` is false; `path` is below /ui. */
  open(path: string, options?: TabOptions): Promise<Page>;
  /** After each test: an open tab goes on asking for what is new. */
  closeTabs(): Promise<void>;
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
  /** With a session and a storage of its own; other tabs share theirs. */
  readonly apart?: boolean;
};

export async function startDashboard(options: HeadgateOptions = {}): Promise<Dashboard> {
  buildPage();
  const headgate = await startHeadgate(options);
  const faults: string[] = [];
  const shared = await newContext();
  const others = new Set<BrowserContext>();
  return {
    headgate,
    faults: () => [...faults],
    open: async (path, tab = {}) => {
      const { signedIn = true, firstVisit = false, apart = false, theme = "light", width = 1280, height = 800 } = tab;
      const context = signedIn && !firstVisit && !apart ? shared : await newContext(firstVisit);
      if (context !== shared) others.add(context);
      if (signedIn) await signIn(context, headgate);
      const page = await context.newPage();
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme });
      watch(page, headgate.url, faults);
      await page.goto(`${headgate.url}/ui${path}`);
      return page;
    },
    closeTabs: async () => {
      await Promise.all([...others].map((context) => context.close()));
      others.clear();
      await Promise.all(shared.pages().map((page) => page.close()));
    },
    stop: async () => {
      await Promise.all([shared, ...others].map((context) => context.close()));
      await headgate.stop();
    },
  };
}

/** What a browser finds wrong when it signs in at an address with a token; an empty list says that the page works there. */
export async function faultsAt(url: string, token: string): Promise<readonly string[]> {
  const context = await newContext();
  try {
    const page = await context.newPage();
    const faults: string[] = [];
    watch(page, url, faults);
    await page.goto(`${url}/ui/`);
    await page.getByLabel("Token or key").fill(token);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    return faults;
  } finally {
    await context.close();
  }
}

/** Rules of WCAG 2.2 A and AA that the page breaks, each with where; of the dark theme those that colours can break. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  await page.emulateMedia({ colorScheme: "light" });
  const light = await runAxe(page, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] });
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await runAxe(page, { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } });
  return [...light, ...dark.map((fault) => `dark: ${fault}`)];
}

async function runAxe(page: Page, options: object): Promise<readonly string[]> {
  const violations: readonly Violation[] = await page.evaluate(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = "" }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
  );
}

type Violation = {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
};

/** Once for all files of a run. */
const buildPage = once(() => {
  const { success } = Bun.spawnSync(["node", join(root, "scripts/build-dashboard.mjs")], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (!success) throw new Error("Cannot build the dashboard");
});

/** One for all files of a run, which ends with it. Without what Chromium starts for its own windows. */
const launch = once(() =>
  chromium.launch({
    executablePath: browserFile ?? "",
    args: ["--no-sandbox", "--disable-gpu", "--disable-features=PreloadTopChromeWebUI,Translate,OptimizationHints"],
  }),
);

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

async function newContext(firstVisit = false): Promise<BrowserContext> {
  const browser = await launch();
  const context = await browser.newContext({ locale: "en-US", reducedMotion: "reduce" });
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

/** By the API, into the cookies of the context, unless it is signed in already. */
async function signIn({ request }: BrowserContext, { url, adminToken }: Headgate): Promise<void> {
  if ((await request.get(`${url}/api/sessions/current`)).ok()) return;
  const response = await request.post(`${url}/api/sessions`, {
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
