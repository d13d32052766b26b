import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

const hostile = "<img src=x onerror=alert(1)>";
let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("the models page", () => {
  beforeAll(async () => {
    dashboard = await startDashboard({ config: { providers: { demo: {} } } });
    const { admin } = dashboard.headgate;
    await admin("POST", "/api/providers", { id: "openai" });
    const own = { id: "own", dialect: "openai-chat", base_url: "http://127.0.0.1:9/v1", auth: "none" };
    await admin("POST", "/api/providers", { ...own, models: [{ id: hostile }] });
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
  });

  test("finds by name, capability, context and price, and keeps each in the address", async () => {
    const page = await dashboard.open("/models");
    await page.getByLabel("Search models").fill("gpt-4o");
    await page.getByRole("button", { name: "Tools" }).click();
    await page.getByLabel("Provider").selectOption("openai");
    await page.getByLabel("Context").selectOption("128000");
    await page.getByLabel("Price").selectOption("3");
    await page.getByLabel("Order").selectOption("price");
    await page.getByLabel("Use").selectOption("chat");
    await page.waitForURL(/q=gpt-4o/);
    const address = page.url();
    await page
      .getByRole("row", { name: /openai\/gpt-4o-mini/ })
      .first()
      .waitFor();
    await page.goto("about:blank");
    await page.goto(address);
    await page
      .getByRole("row", { name: /openai\/gpt-4o-mini/ })
      .first()
      .waitFor();
    expect(await page.getByLabel("Search models").inputValue()).toBe("gpt-4o");
    expect(await page.getByRole("button", { name: "Tools" }).getAttribute("aria-pressed")).toBe("true");
    const chosen = ["Provider", "Context", "Price", "Order", "Use"].map((label) => page.getByLabel(label).inputValue());
    expect(await Promise.all(chosen)).toEqual(["openai", "128000", "3", "price", "chat"]);
  });

  test("overrides a price and goes back, and adds a model by hand", async () => {
    const page = await dashboard.open("/models?open=openai/gpt-4o-mini");
    await page.getByRole("button", { name: "Override" }).click();
    await page.getByLabel("Input").fill("0.11");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").getByText("see what is marked above").waitFor();
    await page.getByLabel("Output").fill("0.22");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("overridden").waitFor();
    await page.getByRole("button", { name: "Back to the catalog" }).click();
    await page.getByRole("dialog").last().getByRole("button", { name: "Back to the catalog" }).click();
    await page.getByText("Nothing of openai/gpt-4o-mini is said here any more.").waitFor();
    await page.getByRole("button", { name: "Close (Esc)" }).click();
    await page.getByRole("button", { name: "Add model" }).click();
    await page.getByRole("dialog").getByRole("combobox", { name: "Provider" }).selectOption("own");
    await page.getByLabel("Name at the provider").fill("new/one");
    await page.getByRole("dialog").last().getByRole("button", { name: "Add model" }).click();
    await page.getByText("added by hand").waitFor();
    expect(new URL(page.url()).searchParams.get("open")).toBe("own/new/one");
    expect(dashboard.faults()).toEqual([]);
  });

  test("shows a hostile name as text, and can be used by everybody", async () => {
    const open = encodeURIComponent(`own/${hostile}`);
    const page = await dashboard.open(`/models?provider=own&open=${open}`);
    await page.getByRole("dialog").getByText("Call it as").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.locator("img").count()).toBe(0);
    expect(dashboard.faults()).toEqual([]);
  });
});
