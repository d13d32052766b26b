import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { browserFile, type Dashboard, startDashboard } from "./browser";

/** Compressed bytes until the first page can be used. */
const most = 200_000;
let dashboard: Dashboard;

type Loaded = { readonly name: string; readonly encodedBodySize: number; readonly decodedBodySize: number };

describe.skipIf(browserFile === undefined)("the first load", () => {
  beforeAll(async () => {
    dashboard = await startDashboard();
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
  });

  test(`weighs at most ${most / 1000} KB with the overview, all of it compressed`, async () => {
    const page = await dashboard.open("/");
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await page.waitForLoadState("networkidle");
    const entries: readonly Loaded[] = await page.evaluate(
      "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((entry) => entry.toJSON())",
    );
    const files = entries.filter(({ name }) => new URL(name).pathname.startsWith("/ui/"));
    const total = files.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
    process.stdout.write(`First load: ${(total / 1000).toFixed(1)} KB in ${files.length} files\n`);
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter(({ encodedBodySize, decodedBodySize }) => encodedBodySize >= decodedBodySize)).toEqual([]);
    expect(total).toBeLessThanOrEqual(most);
  });

  test("is kept for ever, but for the page that names it", async () => {
    const { url } = dashboard.headgate;
    const document = await (await fetch(`${url}/ui/`)).text();
    const [asset = ""] = /\/ui\/assets\/[\w.-]+/.exec(document) ?? [];
    const caching = async (path: string) => (await fetch(url + path)).headers.get("cache-control");
    expect(await caching(asset)).toContain("immutable");
    expect(await caching("/ui/")).toBe("no-cache");
  });
});
