import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("the system page", () => {
  beforeAll(async () => {
    dashboard = await startDashboard({ config: { providers: { demo: {} }, settings: { auth: "optional" } } });
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
    expect(dashboard?.faults()).toEqual([]);
  });

  test("shows processes, findings, storage and versions without faults of accessibility", async () => {
    for (const width of [1280, 360]) {
      const page = await dashboard.open("/system", { width });
      await page.getByText("1 of 1").waitFor();
      await page.getByText("anybody who reaches the port may ask models").waitFor();
      await page.getByRole("row", { name: /^Worker 0/ }).waitFor();
      await page.getByText(dashboard.headgate.dataDir, { exact: true }).waitFor();
      await page.getByText("ships with Headgate").waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
    }
  });

  test("reloads the file and says what is wrong with it, then restarts under the page", async () => {
    const page = await dashboard.open("/system");
    await page.getByRole("button", { name: "Reload file" }).click();
    await page.getByText("The configuration file was read").waitFor();
    await Bun.write(dashboard.headgate.configFile, "provders: {}\n");
    await page.getByRole("button", { name: "Reload file" }).click();
    await page.getByText("Cannot reload").waitFor();
    const worker = page.getByRole("row", { name: /^Worker 0/ });
    const before = await worker.textContent();
    await Bun.write(dashboard.headgate.configFile, "providers: { demo: {} }\n");
    await page.getByRole("button", { name: "Restart and stop" }).click();
    await page.getByRole("menuitem", { name: "Restart" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Restart" }).click();
    const pid = /^Worker 0(\d+)/.exec(before ?? "")?.[1] ?? "";
    await page.getByRole("row", { name: new RegExp(`^Worker 0 (?!${pid})`) }).waitFor();
  });

  test("stops the instance only once the word is typed", async () => {
    const page = await dashboard.open("/system");
    await page.getByRole("button", { name: "Restart and stop" }).click();
    await page.getByRole("menuitem", { name: "Drain and stop" }).click();
    const stop = page.getByRole("dialog").getByRole("button", { name: "Drain and stop" });
    expect(await stop.isDisabled()).toBe(true);
    await page.getByLabel("Type stop to confirm").fill("stop");
    await stop.click();
    expect(await dashboard.headgate.exited).toBe(0);
  });
});
