import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

const hostile = `</script><img src=x onerror=alert(1)> \u202Egnp.exe ${"long ".repeat(400)}`;
let dashboard: Dashboard;
let provider: ReturnType<typeof Bun.serve>;

/** Answers to the key `good`, and refuses all others in hostile words. */
function answer(request: Request): Response {
  if (request.headers.get("authorization") !== "Bearer good") {
    return Response.json({ error: { message: hostile, code: "invalid_api_key" } }, { status: 401 });
  }
  if (request.url.endsWith("/models")) return Response.json({ object: "list", data: [{ id: "m", object: "model" }] });
  const choices = [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }];
  const usage = { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 };
  return Response.json({ id: "1", object: "chat.completion", created: 1, model: "m", choices, usage });
}

describe.skipIf(browserFile === undefined)("the providers page", () => {
  beforeAll(async () => {
    provider = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer });
    const declared = {
      dialect: "openai-chat",
      base_url: `http://127.0.0.1:${provider.port}/v1`,
      name: hostile.slice(0, 30),
    };
    const config = { providers: { demo: {}, declared: { ...declared, keys: [{ name: "main", value: "bad" }] } } };
    dashboard = await startDashboard({ config });
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
    await provider?.stop(true);
  });

  test("adds one of one's own: a refused key is told in words, the right one is saved, and goes on to be rotated", async () => {
    const page = await dashboard.open("/providers");
    await page.getByRole("button", { name: "Add provider" }).click();
    await page.getByLabel("Search providers").fill("nothing of the kind");
    await page.getByRole("button", { name: /One of your own/ }).click();
    await page.getByLabel("Id", { exact: true }).fill("cellar");
    await page.getByLabel("Base URL").fill(`http://127.0.0.1:${provider.port}/v1`);
    await page.getByLabel("Key", { exact: true }).fill("wrong");
    await page.getByRole("button", { name: "Add provider" }).last().click();
    await page.getByText("Add anyway").waitFor();
    await page.getByRole("status", { name: "Results of the test" }).getByText("refused").waitFor();
    await page.getByLabel("Key", { exact: true }).fill("good");
    await page.getByRole("button", { name: "Add provider" }).last().click();
    await page.getByRole("dialog", { name: "cellar" }).waitFor();
    expect(new URL(page.url()).searchParams.get("open")).toBe("cellar");
    expect((await keysOf("cellar")).map(({ name }) => name)).toEqual(["main"]);
    await page.getByRole("button", { name: "Actions of main" }).click();
    await page.getByRole("menuitem", { name: "Rotate" }).click();
    await page.getByLabel("New secret").fill("good");
    await page.getByRole("button", { name: "Rotate key" }).click();
    await page.getByText("has its new secret").waitFor();
    await removed(page);
    expect(dashboard.faults()).toEqual([]);
  });

  test("shows what the file declares read-only, and what a provider says as text", async () => {
    const page = await dashboard.open("/providers?open=declared", { width: 360 });
    const sheet = page.getByRole("dialog");
    await sheet.getByText("Declared in").waitFor();
    expect(await sheet.getByRole("button", { name: "More" }).count()).toBe(0);
    await sheet.getByRole("button", { name: "Test" }).click();
    await sheet.getByText("onerror=alert(1)").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    expect(await page.getByRole("img", { name: "x" }).count()).toBe(0);
    expect(dashboard.faults()).toEqual([]);
  });

  test("can be used by everybody", async () => {
    const page = await dashboard.open("/providers?open=declared&q=d");
    await page.getByRole("dialog").getByText("How it is called").waitFor();
    expect(await page.getByLabel("Filter providers").inputValue()).toBe("d");
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.goto(`${dashboard.headgate.url}/ui/providers?add=choose`);
    await page.getByRole("button", { name: /^Anthropic/ }).click();
    await page.getByLabel("Key", { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test("shows no figure before it is read", async () => {
    const page = await dashboard.open("/system");
    const held = Promise.withResolvers<void>();
    await page.route("**/api/stats?**", async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.goto(`${dashboard.headgate.url}/ui/providers`);
    const row = page.getByRole("row", { name: /Demo/ });
    await row.getByText("healthy").waitFor();
    expect(await row.getByText("no requests").count()).toBe(0);
    expect(await row.locator(".skeleton").count()).toBe(4);
    held.resolve();
    await row.getByText("no requests").waitFor();
  });
});

async function keysOf(id: string): Promise<readonly { readonly name: string }[]> {
  const response = await dashboard.headgate.admin("GET", `/api/providers/${id}`);
  const { keys }: { readonly keys: readonly { readonly name: string }[] } = JSON.parse(await response.text());
  return keys;
}

async function removed(page: Page): Promise<void> {
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  const action = page.getByRole("button", { name: "Remove provider" });
  expect(await action.isDisabled()).toBe(true);
  await page.getByLabel("Type cellar to confirm").fill("cellar");
  await action.click();
  await page.getByText("cellar is removed.").waitFor();
}
