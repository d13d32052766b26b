import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("the settings page", () => {
  beforeAll(async () => {
    dashboard = await startDashboard({ config: { settings: { max_attempts: 4 } } });
  });
  afterAll(async () => {
    await dashboard?.stop();
  });

  const settings = async () => (await dashboard.headgate.admin("GET", "/api/settings")).json();

  test("changes a setting, takes it back, and says where the file declares one", async () => {
    const page = await dashboard.open("/settings");
    await page.getByText(/headgate\.yaml:\d+/).waitFor();
    expect(await page.getByRole("button", { name: "Edit Attempts" }).count()).toBe(0);
    await page.getByRole("button", { name: "Edit Waiting requests" }).click();
    expect(new URL(page.url()).searchParams.get("edit")).toBe("max_queued_requests");
    await page.getByLabel("max_queued_requests").fill("99999999");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("dialog").getByRole("alert").waitFor();
    await page.getByLabel("max_queued_requests").fill("77");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Waiting requests is changed.").waitFor();
    expect(await settings()).toMatchObject({ max_queued_requests: 77 });
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("listitem").filter({ hasText: "max_queued_requests" }).getByText("256").waitFor();
    expect(await settings()).toMatchObject({ max_queued_requests: 256 });
  });

  test("asks before older records are deleted, and does not overwrite what another changed meanwhile", async () => {
    const page = await dashboard.open("/settings?edit=retention_days");
    await page.getByLabel("retention_days", { exact: true }).fill("7");
    const save = page.getByRole("button", { name: "Save" });
    expect(await save.isDisabled()).toBe(true);
    await page.getByLabel("Type retention_days to confirm").fill("retention_days");
    await dashboard.headgate.admin("PATCH", "/api/settings", { retention_days: 90 });
    await save.click();
    await page.getByRole("dialog").getByRole("alert").waitFor();
    expect(await settings()).toMatchObject({ retention_days: 90 });
  });

  test("ends a session, and signs out everywhere", async () => {
    const other = await dashboard.open("/settings");
    await other.getByRole("heading", { level: 1 }).waitFor();
    const page = await dashboard.open("/settings?tab=sessions");
    await page.getByRole("button", { name: "End the session of admin" }).first().click();
    await page.getByText("The session of admin is ended.").waitFor();
    await page.getByRole("button", { name: "Sign out everywhere" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
    await page.getByLabel("Token or key").waitFor();
  });

  for (const theme of ["light", "dark"] as const) {
    test(`can be used by everybody, ${theme}`, async () => {
      for (const path of ["/settings?edit=auth", "/settings", "/settings?tab=sessions"]) {
        const page = await dashboard.open(path, { theme });
        await page.getByRole("heading", { level: 1, includeHidden: true }).waitFor();
        await page.waitForLoadState("networkidle");
        expect(await accessibilityFaults(page)).toEqual([]);
      }
    });
  }

  test("breaks no rule of the page", () => {
    expect(dashboard.faults()).toEqual([]);
  });
});
