import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { startFilledDashboard } from "../test/dashboard/filled-dashboard";

/**
 * How does the dashboard feel on a large log? Fills an instance with so many records of thirty days, opens pages in a browser,
 * scrolls through the table and filters it, and tells how long it took until something was there, the longest task in the browser (by the
 * clock, and what it took of a processor), its slowest input, the slowest answer of the API, and how many rows the page holds.
 * `bun bench/dashboard.ts [records]` (needs chromium)
 */

const records = Number(process.argv[2] ?? 1_000_000);
const pagesScrolled = 30;

/** Runs before the page's own scripts. */
const watchScript = `(() => {
  const seen = { longest: 0, tasks: 0, input: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) { seen.tasks++; seen.longest = Math.max(seen.longest, Math.round(duration)); }
  }).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.input = Math.max(seen.input, Math.round(duration));
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
  window.seen = () => ({
    ...seen,
    answer: Math.round(Math.max(0, ...performance.getEntriesByType("resource")
      .filter(({ name }) => name.includes("/api/") && !name.includes("tail")).map(({ duration }) => duration))),
  });
})()`;

type Seen = { readonly longest: number; readonly tasks: number; readonly input: number; readonly answer: number };

print(`filling ${records} records`);
const dashboard = await startFilledDashboard(records);
const rows: object[] = [];
try {
  await summedUp();
  for (const range of ["24h", "7d", "30d"]) {
    await show(`requests of ${range}`, `/requests?range=${range}`, async (page) => {
      await page.getByRole("grid", { name: "Requests" }).getByRole("row").nth(5).waitFor();
    });
    await show(`overview of ${range}`, `/?range=${range}`, async (page) => {
      await page.getByRole("application", { name: /^Spend over time/ }).waitFor();
    });
  }
  await show(`${pagesScrolled} pages scrolled through`, "/requests?range=30d", scroll);
  await show("to the oldest request", "/requests?range=30d", toTheEnd);
  for (const filter of ["status:5xx", "model:claude-sonnet-5", "sdk:nowhere"])
    await show(`requests where ${filter}`, `/requests?range=30d&f=${filter}`, async (page) => {
      const row = page.getByRole("grid", { name: "Requests" }).getByRole("row").nth(1);
      await row
        .or(page.getByText(/^No request|^Nothing found/))
        .first()
        .waitFor({ timeout: 60_000 });
    });
  // biome-ignore lint/suspicious/noConsole: a bench prints its tables
  console.table(rows);
  print(`faults: ${dashboard.faults().length}`);
} finally {
  await dashboard.stop();
}

/** What was filled in at once is summed up in the background, as records of a day are while they come. */
async function summedUp(): Promise<void> {
  const beganMs = performance.now();
  const log = new Database(join(dashboard.headgate.dataDir, "logs.sqlite"), { readonly: true });
  const left = log.query<{ count: number }, []>(
    "SELECT count(*) AS count FROM packs WHERE id > (SELECT packed FROM cube_state)",
  );
  while ((left.get()?.count ?? 0) > 2) await Bun.sleep(500);
  log.close();
  print(`summed up after ${((performance.now() - beganMs) / 1000).toFixed(0)} s`);
}

async function show(what: string, path: string, act: (page: Page) => Promise<void>): Promise<void> {
  const page = await dashboard.open("/system");
  await page.addInitScript(watchScript);
  const browser = page.context().browser();
  // Tasks by what they took of a processor: on a machine that does more than this, times say little.
  await browser?.startTracing(page, { categories: ["toplevel", "disabled-by-default-devtools.timeline"] });
  const beganMs = performance.now();
  await page.goto(`${dashboard.headgate.url}/ui${path}`);
  const isThere = await act(page).then(
    () => true,
    () => false,
  );
  const ms = isThere ? Math.round(performance.now() - beganMs) : Number.POSITIVE_INFINITY;
  const cpu = longestCpuMs(await browser?.stopTracing());
  const { longest, tasks, input, answer }: Seen = await page.evaluate("window.seen()");
  const drawn = await page.getByRole("row").count();
  rows.push({
    what,
    ms,
    "longest task": longest,
    "of processor": cpu,
    "tasks > 50 ms": tasks,
    "slowest input": input,
    "slowest answer": answer,
    rows: drawn,
  });
  await dashboard.closeTabs();
}

type TraceEvent = {
  readonly name: string;
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
};

/** Of the page's main thread, milliseconds. */
function longestCpuMs(trace: Buffer | undefined): number {
  const { traceEvents }: { readonly traceEvents: readonly TraceEvent[] } = JSON.parse(
    trace?.toString() ?? '{"traceEvents":[]}',
  );
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(({ name, pid, tid }) => /RunTask$/.test(name) && threads.has(`${pid} ${tid}`));
  return Math.round(tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur), 0) / 1000);
}

async function scroll(page: Page): Promise<void> {
  const grid = page.getByRole("grid", { name: "Requests" });
  await grid.getByRole("row").nth(5).waitFor();
  let read = 0;
  page.on("response", (response) => {
    if (/\/api\/logs\?.*after=/.test(response.url())) read++;
  });
  // A page may be fetched before its rows are in sight.
  for (let wheels = 0; read < pagesScrolled && wheels < 20 * pagesScrolled; wheels++) {
    await grid.getByRole("row").last().hover();
    await page.mouse.wheel(0, 20_000);
    await page.waitForTimeout(50);
  }
}

/** By the scroll bar's key, once. */
async function toTheEnd(page: Page): Promise<void> {
  const grid = page.getByRole("grid", { name: "Requests" });
  await grid.getByRole("row").nth(5).click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("End");
  await page.waitForTimeout(1500);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
