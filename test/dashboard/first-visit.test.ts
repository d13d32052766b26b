import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("the first visit", () => {
  beforeAll(async () => {
    dashboard = await startDashboard({ firstStart: true });
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
  });

  test("opens by itself on a new instance, and can be used by everybody", async () => {
    const page = await dashboard.open("/", { firstVisit: true, width: 360 });
    await page.getByLabel("Search providers").waitFor();
    expect(new URL(page.url()).pathname).toBe("/ui/start");
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
  });

  test("leads from an empty data directory to the first request, which arrives while one looks on", async () => {
    const page = await dashboard.open("/", { firstVisit: true });
    await page.getByRole("button", { name: "Use the demo" }).click();
    await page.getByRole("button", { name: "Create key" }).click();
    const secret = (await page.getByLabel("virtual key", { exact: true }).textContent()) ?? "";
    const names = ["curl", "Python", "TypeScript", "LangChain", "Vercel AI", "Claude Code"];
    for (const name of names) {
      await page.getByRole("button", { name, exact: true }).click();
      const code = await page.getByRole("figure", { name: "A first request" }).locator("code").textContent();
      expect(code).toContain(secret);
      expect(code).toContain(dashboard.headgate.url);
    }
    await page.getByText("Waiting for it").waitFor();
    // As the shown curl does.
    const body = { model: "demo/echo", messages: [{ role: "user", content: "Hello" }] };
    await dashboard.headgate.post("/v1/chat/completions", body, { authorization: `Bearer ${secret}` });
    await page.getByRole("link", { name: "Look at the request" }).click();
    await page.getByRole("dialog").waitFor();
    expect(new URL(page.url()).pathname).toBe("/ui/requests");
    expect(dashboard.faults()).toEqual([]);
  });

  test("tells in words that a key is refused or cannot be tried, and goes on with another provider", async () => {
    const page = await dashboard.open("/start?provider=openai");
    await page.getByLabel("Key of OpenAI").fill("env:NOT_THERE");
    await page.getByRole("button", { name: "Check and save" }).click();
    await page.getByText("NOT_THERE is not set").waitFor();
    await page.getByRole("alert").getByText("see what is marked above").waitFor();
    await page.getByRole("button", { name: "Another provider" }).click();
    await page.getByLabel("Search providers").fill("mist");
    await page.getByLabel("Search providers").press("Enter");
    await page.getByLabel("Key of Mistral AI").waitFor();
    expect(new URL(page.url()).searchParams.get("provider")).toBe("mistral");
  });

  test("is put away, and found again by the search", async () => {
    const page = await dashboard.open("/start", { firstVisit: true });
    await page.getByRole("button", { name: /Skip|Go to the overview/ }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await page.goto(`${dashboard.headgate.url}/ui/`);
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("first steps");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "First steps" }).waitFor();
    // A request has come by then, so somebody has a key, whoever made it.
    const step = page.getByRole("listitem").filter({ hasText: "Get a virtual key" });
    await step.getByText("Done:").waitFor({ state: "attached" });
    await step.getByRole("button", { name: "Create key" }).waitFor();
  });
});
