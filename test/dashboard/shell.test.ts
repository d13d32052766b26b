import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("the dashboard", () => {
  beforeAll(async () => {
    dashboard = await startDashboard();
  });
  afterAll(async () => {
    await dashboard?.stop();
  });

  test("is gone through by keys", async () => {
    const page = await dashboard.open("/");
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("m");
    await page.getByRole("heading", { level: 1, name: "Models" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("audi");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  for (const theme of ["light", "dark"] as const) {
    test(`shows all its parts as axe wants them, ${theme}`, async () => {
      const page = await dashboard.open("/_parts", { theme });
      await page.getByRole("heading", { level: 1, name: "Parts" }).waitFor();
      await page.getByRole("row").nth(5).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
    });
  }

  test("fits into 360 pixels", async () => {
    const page = await dashboard.open("/_parts", { width: 360 });
    await page.getByRole("heading", { level: 1, name: "Parts" }).waitFor();
    const overflow: number = await page.evaluate(
      "document.querySelector('main').scrollWidth - document.querySelector('main').clientWidth",
    );
    expect(overflow).toBe(0);
  });

  test("broke no policy, asked no other host and threw nothing", () => {
    expect(dashboard.faults()).toEqual([]);
  });
});
