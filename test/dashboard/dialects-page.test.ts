import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("the page of dialects", () => {
  beforeAll(async () => {
    dashboard = await startDashboard({ config: { providers: { demo: {}, anthropic: {} } } });
  });
  afterAll(async () => {
    await dashboard?.stop();
  });

  test("says what becomes of a feature between two dialects, and keeps each filter in the address", async () => {
    const page = await dashboard.open("/providers?open=anthropic");
    await page.getByRole("link", { name: "anthropic-messages" }).click();
    await page.getByRole("heading", { level: 1, name: "Dialects" }).waitFor();
    const grid = page.getByRole("grid", { name: "Features" });
    await grid.getByRole("row", { name: /^request temperature kept/ }).waitFor();
    expect(await grid.getByRole("columnheader").allInnerTexts()).toEqual(["In", "What", "At Messages"]);
    await page.getByLabel("Shown").selectOption("lost");
    await grid.getByRole("row", { name: /^request temperature kept/ }).waitFor({ state: "detached" });
    await grid.getByRole("row", { name: /^request seed dropped/ }).waitFor();
    await page.getByLabel("Client").selectOption("gemini");
    await page.getByLabel("Provider").selectOption("bedrock-converse");
    await page.getByLabel("Place").selectOption("request");
    await page.getByLabel("Filter features").fill("seed");
    await page.waitForURL(/q=seed/);
    await page.reload();
    await grid.getByRole("row", { name: /^request seed/ }).waitFor();
    expect(await grid.getByRole("columnheader").allInnerTexts()).toEqual(["In", "What", "At Converse"]);
    expect(await grid.getByRole("row").count()).toBe(2);
    await page.getByLabel("Filter features").fill("no such thing");
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await grid.getByRole("row").nth(10).waitFor();
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ client: "gemini" });
  });

  test.each([1280, 360])("can be used by everybody at %d pixels", async (width) => {
    const page = await dashboard.open("/dialects", { width });
    await page.getByRole("grid", { name: "Features" }).getByText("kept", { exact: true }).nth(10).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(dashboard.faults()).toEqual([]);
  });
});
