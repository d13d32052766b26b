import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { waitUntil } from "../harness/wait-until";
import { browserFile, type Dashboard } from "./browser";
import { startFilledDashboard } from "./filled-dashboard";

const least = 20_000;
let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("a log of twenty thousand requests", () => {
  beforeAll(async () => {
    dashboard = await startFilledDashboard(30_000);
  }, 240_000);
  afterAll(async () => {
    await dashboard?.stop();
  });

  test("is counted as a whole, read page by page, and drawn only where it is in sight", async () => {
    const page = await dashboard.open("/requests?range=30d");
    const grid = page.getByRole("grid", { name: "Requests" });
    await grid.getByRole("row").nth(5).waitFor();
    const counted = page.getByText(/^[\d,]+ requests$/);
    await counted.waitFor();
    expect(Number(((await counted.textContent()) ?? "").replaceAll(/\D/g, ""))).toBeGreaterThan(least);
    const first = await grid.getByRole("row").nth(1).textContent();
    const pages = 4;
    // A page may be asked for before the wheel that is for it.
    let read = 0;
    page.on("response", (response) => {
      if (/\/api\/logs\?.*after=/.test(response.url())) read++;
    });
    await waitUntil("the pages", async () => {
      await grid.hover();
      await page.mouse.wheel(0, 100_000);
      return read >= pages;
    });
    expect(await grid.getByRole("row").count()).toBeLessThan(80);
    expect(await grid.getByRole("row").nth(1).textContent()).not.toBe(first);
    await page.goto(`${dashboard.headgate.url}/ui/?range=30d`);
    await page.getByRole("application", { name: /^Spend over time/ }).waitFor();
    expect(dashboard.faults()).toEqual([]);
  });
});
