import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { waitUntil } from "../harness/wait-until";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

let dashboard: Dashboard;

const config = {
  providers: { demo: {} },
  teams: [{ name: "search", budgets: [{ limit_usd: 0.00002, period: "1d" }] }],
};

describe.skipIf(browserFile === undefined)("the overview", () => {
  beforeAll(async () => {
    dashboard = await startDashboard({ config });
    const { post, admin } = dashboard.headgate;
    for (let count = 0; count < 8; count += 1) {
      const messages = [{ role: "user", content: "one two three four" }];
      await (await post("/v1/chat/completions", { model: "demo/echo", messages })).arrayBuffer();
    }
    await waitUntil("the figures", async () => {
      const { total } = JSON.parse(await (await admin("GET", "/api/stats")).text());
      return total.requests === 8;
    });
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
  });

  test("shows figures, leads from each to its requests, and keeps what was chosen in the address", async () => {
    const page = await dashboard.open("/?range=1h");
    await page.getByRole("link", { name: "8", exact: true }).first().waitFor();
    await page.getByText("0 running now").waitFor();
    await page.getByText("Budgets").waitFor();
    const figures = page.locator("[data-note]").locator("..");
    expect(await figures.count()).toBe(8);
    for (const figure of await figures.all()) expect(await figure.getByRole("link").count()).toBeGreaterThan(0);
    const slowest = page.getByRole("link", { name: /^p95 / }).first();
    expect(await slowest.getAttribute("href")).toMatch(/f=duration:(>|%3E)\d+ms/);
    await page.getByRole("meter", { name: "Budget of team search" }).waitFor();
    await page.getByRole("combobox", { name: "Amount" }).selectOption("tokens");
    await page.waitForURL(/measure=tokens/);
    await page.reload();
    await page.getByRole("heading", { name: "Tokens by model" }).waitFor();
    await page.getByRole("link", { name: "demo", exact: true }).click();
    await page.waitForURL(/\/requests\?range=1h&f=provider:demo|\/requests\?f=provider:demo&range=1h/);
    await page.getByText("8 requests").waitFor();
  });

  test("zooms by dragging across a chart", async () => {
    const page = await dashboard.open("/?range=1h");
    const chart = page.getByRole("application", { name: /^Spend over time/ });
    await chart.waitFor();
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    if (box === null) throw new Error("The chart is not drawn");
    await page.mouse.move(box.x + box.width / 2, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 120, box.y + 60);
    await page.mouse.up();
    await page.waitForURL(/range=20\d\d-/);
    await page.getByRole("heading", { name: "No requests in this range" }).waitFor();
  });

  test("leads from a bar and from a budget to their requests", async () => {
    const page = await dashboard.open("/?range=1h");
    const chart = page.getByRole("application", { name: /^Outcomes over time/ });
    await chart.focus();
    await chart.press("ArrowRight");
    await chart.press("Enter");
    await page.waitForURL(/\/requests\?range=20\d\d-/);
    await page.goBack();
    await page.getByRole("link", { name: "team search" }).click();
    await page.waitForURL(/\/requests\?f=team:search&range=1h|\/requests\?range=1h&f=team:search/);
  });

  test("has no fault for axe", async () => {
    const page = await dashboard.open("/?range=1h");
    await page.getByRole("link", { name: "demo", exact: true }).waitFor();
    await page.getByRole("meter", { name: "Budget of team search" }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test("fits into 360 pixels", async () => {
    const page = await dashboard.open("/?range=1h", { width: 360 });
    await page.getByRole("link", { name: "demo", exact: true }).waitFor();
    const overflow: number = await page.evaluate(
      "document.querySelector('main').scrollWidth - document.querySelector('main').clientWidth",
    );
    expect(overflow).toBe(0);
  });

  test("broke no policy, asked no other host and threw nothing", () => {
    expect(dashboard.faults()).toEqual([]);
  });
});
