import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard, type TabOptions } from "./browser";

let dashboard: Dashboard;
let secret: string;
let id: string;

async function openOwn(options: TabOptions = {}) {
  const page = await dashboard.open("/me", { ...options, signedIn: false });
  await page.getByLabel("Token or key").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Your key" }).waitFor();
  return page;
}

describe.skipIf(browserFile === undefined)("a key's own page", () => {
  beforeAll(async () => {
    const settings = { content_logging: "full" };
    dashboard = await startDashboard({ config: { providers: { demo: {} }, settings } });
    const { headgate } = dashboard;
    const budgets = [{ limit_usd: "10", period: "1mo" }];
    await headgate.admin("POST", "/api/teams", { name: "search", budgets: [{ limit_usd: "100", period: "1mo" }] });
    const made = await headgate.admin("POST", "/api/virtual-keys", { name: "mine", team: "search", budgets });
    ({ value: secret, id } = JSON.parse(await made.text()));
    await fetch(`${headgate.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "demo/echo", messages: [{ role: "user", content: "A secret thought" }] }),
    });
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
  });

  test("shows limits, use, models and requests without content, and how to call", async () => {
    const page = await openOwn();
    await page.getByText("$10.00 a month").waitFor();
    await page.getByText("$100.00 a month").waitFor();
    await page.getByRole("gridcell", { name: "demo/echo" }).waitFor();
    await page.getByText("/v1/chat/completions").first().waitFor();
    await page.getByRole("grid", { name: "Requests" }).getByText("200 ok").click();
    await page.getByRole("dialog").getByText("chat.completions").waitFor();
    expect(await page.content()).not.toContain("A secret thought");
  });

  test("shows content where the key's self_view says so, and as text", async () => {
    await dashboard.headgate.admin("PATCH", `/api/virtual-keys/${id}`, {
      self_view: "content",
      content_logging: "full",
    });
    const page = await openOwn();
    await page.getByRole("grid", { name: "Requests" }).getByText("200 ok").click();
    await page.getByRole("dialog").getByText("A secret thought").first().waitFor();
  });

  test("is as axe wants it and fits into 360 pixels", async () => {
    const page = await openOwn({ width: 360 });
    await page.getByRole("grid", { name: "Requests" }).getByText("200 ok").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const overflow: number = await page.evaluate(
      "document.querySelector('main').scrollWidth - document.querySelector('main').clientWidth",
    );
    expect(overflow).toBe(0);
  });

  test.each([736, 360])("shows every way to call at %d pixels", async (width) => {
    const page = await openOwn({ width });
    const calls = page.getByRole("figure", { name: "How to call" });
    const frame = await calls.boundingBox();
    const copy = await calls.getByRole("button", { name: /^Copy/ }).boundingBox();
    expect(frame).not.toBeNull();
    for (const button of await calls.locator("button[aria-pressed]").all()) {
      const box = await button.boundingBox();
      expect((box?.x ?? Infinity) + (box?.width ?? 0)).toBeLessThanOrEqual(copy?.x ?? 0);
      expect(box?.x).toBeGreaterThanOrEqual(frame?.x ?? Infinity);
    }
    expect(await calls.locator("button[aria-pressed]").last().textContent()).toBe("AWS");
  });

  test("signs its holder out everywhere", async () => {
    const [page, other] = [await openOwn({ apart: true }), await openOwn({ apart: true })];
    await page.getByRole("button", { name: "Theme and time" }).click();
    await page.getByRole("menuitem", { name: "Sign out everywhere" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
    await page.getByLabel("Token or key").waitFor();
    await other.reload();
    await other.getByLabel("Token or key").waitFor();
  });

  test("broke no policy, asked no other host and threw nothing", () => {
    expect(dashboard.faults()).toEqual([]);
  });
});
