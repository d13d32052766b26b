import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("the pages of teams, customers and limits", () => {
  beforeAll(async () => {
    const teams = [{ name: "declared", budgets: [{ limit_usd: "100", period: "1mo" }] }];
    dashboard = await startDashboard({ config: { teams } });
    const { headgate } = dashboard;
    await headgate.admin("POST", "/api/customers", { name: "Acme", budgets: [{ limit_usd: "500", period: "1mo" }] });
    await headgate.admin("POST", "/api/teams", { name: "search", rate_limits: [{ requests: 600, per: "1m" }] });
    await headgate.admin("POST", "/api/virtual-keys", { name: "member", team: "search" });
    const budgets = [{ limit_usd: "25", period: "none" }];
    await headgate.admin("POST", "/api/virtual-keys", { name: "prepaid", budgets });
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
  });

  test("make a team of a customer, change its limits, and delete it by the name", async () => {
    const page = await dashboard.open("/teams");
    await page.getByRole("button", { name: "Create team" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("fresh");
    await dialog.getByLabel("Customer").fill("Ac");
    await page.getByRole("option", { name: "Acme" }).click();
    await dialog.getByRole("button", { name: "Budget" }).click();
    await dialog.getByLabel("Amount of limit 1").fill("50");
    await dialog.getByRole("button", { name: "Create team" }).click();
    await page.getByRole("dialog").getByText("$50.00 a month").waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Amount of limit 1").fill("75");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByRole("dialog").getByText("$75.00 a month").waitFor();
    await page.getByRole("button", { name: "Delete team" }).click();
    await page.getByLabel("Type fresh to confirm").fill("fresh");
    await page.getByRole("button", { name: "Delete team" }).last().click();
    await page.getByRole("row", { name: "fresh" }).waitFor({ state: "detached" });
    const told = page.getByRole("status").locator(".popup", { hasText: "fresh is deleted" });
    await told.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("row", { name: "fresh" }).waitFor();
  });

  test("refuse in words to delete a team that has keys, and change nothing that a file declares", async () => {
    const page = await dashboard.open("/teams?open=search");
    await page.getByRole("link", { name: "member" }).waitFor();
    await page.getByRole("button", { name: "Delete team" }).click();
    await page.getByLabel("Type search to confirm").fill("search");
    await page.getByRole("button", { name: "Delete team" }).last().click();
    await page.getByRole("alert").getByText("virtual keys belong to it").waitFor();
    await page.goto(`${dashboard.headgate.url}/ui/teams?open=declared`);
    await page.getByRole("dialog").getByText("$100.00 a month").waitFor();
    await page
      .getByRole("dialog")
      .getByText(/^headgate\.yaml:\d+$/)
      .waitFor();
    expect(await page.getByRole("button", { name: "Edit" }).count()).toBe(0);
  });

  test("top a prepaid budget up, override it, and take the override back", async () => {
    const page = await dashboard.open("/limits?f=name:prepaid");
    await page.getByText("$25.00 prepaid").click();
    await page.getByRole("button", { name: "Top up" }).click();
    await page.getByLabel("Amount, in US dollars").fill("20");
    await page.getByRole("button", { name: "Top up" }).last().click();
    await page.getByRole("dialog").getByText("$0.00 used, $45.00 left").waitFor();
    await page.getByRole("button", { name: "Override for a time" }).click();
    await page.getByLabel("Limit meanwhile").fill("100");
    await page.getByLabel("Until").fill("2099-01-01T00:00");
    await page.getByRole("button", { name: "Override budget" }).click();
    await page.getByRole("dialog").getByText("overridden").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("dialog").getByText("overridden").waitFor({ state: "detached" });
  });

  test("keep what is shown and filtered in the address", async () => {
    const page = await dashboard.open("/limits?show=rates");
    await page.getByText("600 requests a minute").waitFor();
    await page.getByRole("tab", { name: "Budgets" }).click();
    await page.getByRole("combobox", { name: "Filter" }).fill("of:customer");
    await page.keyboard.press("Enter");
    await page.getByText("$100.00 a month").waitFor({ state: "detached" });
    await page.reload();
    await page.getByText("$500.00 a month").waitFor();
    expect(new URL(page.url()).searchParams.getAll("f")).toEqual(["of:customer"]);
    expect(await page.getByRole("row").count()).toBe(2);
  });

  test("are as axe wants them", async () => {
    const page = await dashboard.open("/limits");
    for (const [path, text] of [
      ["/limits", "$500.00 a month"],
      ["/teams?open=search", "No request in the range."],
      ["/customers?new=1", "Create customer"],
      ["/limits/gateway", "No gateway limits yet"],
    ]) {
      await page.goto(`${dashboard.headgate.url}/ui${path}`);
      await page
        .getByText(text ?? "")
        .first()
        .waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
    }
  });

  test("broke no policy, asked no other host and threw nothing", () => {
    expect(dashboard.faults()).toEqual([]);
  });
});
