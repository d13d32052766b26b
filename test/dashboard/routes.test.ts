import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

const hostile = `"><img src=x onerror=alert(1)> ${"long ".repeat(20)}`;
let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("the routes page", () => {
  beforeAll(async () => {
    const targets = [
      { model: "demo/echo", weight: 3 },
      { model: `demo/${hostile}`, weight: 1 },
    ];
    const routes = [{ alias: "declared", targets, fallbacks: ["demo/other"] }];
    dashboard = await startDashboard({ config: { providers: { demo: {} }, routes } });
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
  });

  test("creates a route that answers at once, changes it, takes that back, and deletes it by its name", async () => {
    const page = await dashboard.open("/routes");
    await page.getByRole("button", { name: "Create route" }).click();
    await page.getByLabel("Alias").fill("fast");
    await page.getByLabel("Target 1", { exact: true }).fill("demo/ec");
    await page.getByRole("option", { name: "demo/echo" }).click();
    await page.getByRole("button", { name: "Create route" }).last().click();
    const sheet = page.getByRole("dialog", { name: "fast" });
    await sheet.getByText("100% of requests").waitFor();
    const body = { model: "fast", messages: [{ role: "user", content: "Hello" }] };
    expect((await dashboard.headgate.post("/v1/chat/completions", body)).status).toBe(200);
    await sheet.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("button", { name: "Add fallback" }).click();
    await page.getByLabel("Fallback 1", { exact: true }).fill("demo/other");
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Save" }).click();
    await sheet.getByText("demo/other", { exact: true }).first().waitFor();
    await page.getByText("fast is changed").waitFor();
    await page.getByRole("button", { name: "Undo" }).last().click();
    await sheet.getByText("fallback", { exact: true }).waitFor({ state: "detached" });
    await sheet.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByLabel("Type fast to confirm").fill("fast");
    await page.getByRole("button", { name: "Delete route" }).click();
    await page.getByText("fast is deleted.").waitFor();
    expect((await dashboard.headgate.post("/v1/chat/completions", body)).status).toBe(404);
    expect(dashboard.faults()).toEqual([]);
  });

  test("does not take back unseen what another tab has changed meanwhile", async () => {
    const { admin } = dashboard.headgate;
    await admin("POST", "/api/routes", { alias: "shared", targets: [{ model: "demo/echo" }] });
    const page = await dashboard.open("/routes?open=shared");
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Weight of target 1").fill("2");
    await admin("PATCH", "/api/routes/shared", { fallbacks: ["demo/other"] });
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").waitFor();
    const route: { readonly fallbacks: readonly string[] } = JSON.parse(
      await (await admin("GET", "/api/routes/shared")).text(),
    );
    expect(route.fallbacks).toEqual(["demo/other"]);
  });

  test("draws and says where requests go, hostile names as text, for everybody", async () => {
    const page = await dashboard.open("/routes?open=declared&q=decl", { width: 360 });
    const sheet = page.getByRole("dialog", { name: "declared" });
    await sheet.getByText("75% of requests").waitFor();
    await sheet.getByText(/headgate\.yaml:\d+/).waitFor();
    expect(await sheet.getByRole("button", { name: "Edit" }).count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    await sheet.getByRole("button", { name: "Close (Esc)" }).click();
    expect(await page.getByLabel("Filter routes").inputValue()).toBe("decl");
    expect(dashboard.faults()).toEqual([]);
  });
});
