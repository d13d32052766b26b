import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("the audit log and events", () => {
  beforeAll(async () => {
    dashboard = await startDashboard();
    await dashboard.headgate.admin("POST", "/api/teams", { name: "<img src=x onerror=alert(1)>" });
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
  });

  test("shows who changed what, by a filter that the address keeps", async () => {
    const page = await dashboard.open("/audit?f=action:team.create");
    await page.getByRole("row").filter({ hasText: "onerror" }).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByText("team <img src=x onerror=alert(1)>").waitFor();
    expect(await page.getByRole("grid").getByRole("row").count()).toBe(2);
    expect(new URL(page.url()).searchParams.get("f")).toBe("action:team.create");
    expect(new URL(page.url()).searchParams.get("open")).not.toBeNull();
  });

  test("verifies the chain, and says when a noted hash is not in it", async () => {
    const page = await dashboard.open("/audit");
    await page.getByRole("button", { name: "Verify" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Verify" }).click();
    await dialog.getByText("The chain is whole.").waitFor();
    await dialog.getByLabel("Hash that you noted before").fill("0".repeat(64));
    await dialog.getByRole("button", { name: "Verify" }).click();
    await dialog.getByText("The noted hash is not in the chain").waitFor();
  });

  test("can be used by everybody", async () => {
    for (const [path, text] of [
      ["/audit", "onerror"],
      ["/events", "No budget has reached a threshold"],
    ] as const) {
      const page = await dashboard.open(path);
      await page.getByText(text, { exact: false }).first().waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
    }
  });

  test("breaks no rule of the page", () => {
    expect(dashboard.faults()).toEqual([]);
  });
});
