import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { browserFile, type Dashboard, startDashboard } from "./browser";

let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("a page whose server goes away", () => {
  beforeAll(async () => {
    dashboard = await startDashboard();
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
  });

  test("says so, keeps what it shows, and reads everything anew when it is back", async () => {
    const page = await dashboard.open("/keys");
    await page.getByRole("heading", { level: 1, name: "Keys" }).waitFor();
    await page.route("**/api/**", (route) => route.abort());
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("test");
    const banner = page.getByText("The control process does not answer");
    await banner.waitFor();
    await page.keyboard.press("Escape");
    expect(await page.getByRole("heading", { level: 1, name: "Keys" }).isVisible()).toBe(true);
    await page.unroute("**/api/**");
    await banner.waitFor({ state: "detached" });
  });

  test("opens by itself once somebody answers, where nobody did when it was loaded", async () => {
    const page = await dashboard.open("/keys");
    await page.getByRole("heading", { level: 1, name: "Keys" }).waitFor();
    await page.route("**/api/**", (route) => route.fulfill({ status: 503, json: { status: 503, title: "Away" } }));
    await page.reload();
    await page.getByRole("heading", { name: "That did not work" }).waitFor();
    await page.unroute("**/api/**");
    await page.getByRole("heading", { level: 1, name: "Keys" }).waitFor();
  });

  test("says on each page what failed and what to do, and goes on when it is asked again", async () => {
    const page = await dashboard.open("/keys");
    const fails = (url: URL) => url.pathname.startsWith("/api/") && !url.pathname.startsWith("/api/sessions/current");
    const detail = "The database is locked";
    const links = page.getByRole("navigation").getByRole("link");
    await links.first().waitFor();
    for (const name of await links.allInnerTexts()) {
      await page.route(fails, (route) => route.fulfill({ status: 500, json: { status: 500, title: "Fault", detail } }));
      await links.filter({ hasText: name }).click();
      // Without what was read before.
      await page.reload();
      const failure = page.getByRole("heading", { level: 2, name: "That did not work" });
      await failure.waitFor();
      await page.getByText(detail).first().waitFor();
      await page.getByRole("heading", { level: 1, name }).waitFor();
      await page.unroute(fails);
      await page.getByRole("button", { name: "Try again" }).first().click();
      await failure.waitFor({ state: "detached" });
    }
  });

  test("stays signed in when the control process is replaced", async () => {
    const page = await dashboard.open("/keys");
    await page.getByRole("heading", { level: 1, name: "Keys" }).waitFor();
    await dashboard.headgate.kill("control");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("test");
    await page.getByRole("option", { name: "test Key" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Keys" }).waitFor();
  });
});
