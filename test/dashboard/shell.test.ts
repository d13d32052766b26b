import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { waitUntil } from "../harness/wait-until";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("the dashboard", () => {
  beforeAll(async () => {
    dashboard = await startDashboard();
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
  });

  test("asks who is there, refuses a wrong token in words, and goes on where one was", async () => {
    const page = await dashboard.open("/keys?range=7d", { signedIn: false });
    await page.getByLabel("Token or key").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Token or key").fill(dashboard.headgate.adminToken);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Keys" }).waitFor();
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/ui/keys?range=7d");
  });

  test("signs in with one click on a one-time link, which leaves the address", async () => {
    const link = await dashboard.headgate.admin("POST", "/api/sign-in-links", {});
    const { url }: { readonly url: string } = JSON.parse(await link.text());
    const page = await dashboard.open(`/${new URL(url).hash}`, { signedIn: false });
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    expect(page.url()).not.toContain("code");
  });

  test("shows the sign-in in place of the page when the session has ended, and signs out", async () => {
    const page = await dashboard.open("/teams");
    await page.getByRole("heading", { level: 1, name: "Teams" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Token or key").waitFor();
    expect((await page.context().cookies()).filter(({ value }) => value !== "")).toEqual([]);
    await page.reload();
    await page.getByLabel("Token or key").waitFor();
  });

  test("goes on in a tab whose session another tab has replaced", async () => {
    const page = await dashboard.open("/teams");
    await page.getByRole("heading", { level: 1, name: "Teams" }).waitFor();
    const { url, adminToken } = dashboard.headgate;
    const headers = { origin: url, "content-type": "application/json" };
    await page.context().request.post(`${url}/api/sessions`, { headers, data: { token: adminToken } });
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Token or key").waitFor();
  });

  test("shows a virtual key its own page and nothing else", async () => {
    const page = await dashboard.open("/keys", { signedIn: false });
    await page.getByLabel("Token or key").fill(dashboard.headgate.key);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Your key" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/ui/me");
    expect(await page.getByRole("navigation").count()).toBe(0);
  });

  test("has the code of what keys open before they are pressed", async () => {
    const page = await dashboard.open("/");
    await waitUntil("the palette's code", () =>
      page.evaluate("performance.getEntriesByType('resource').some(({ name }) => name.includes('command-palette'))"),
    );
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").and(page.locator(":focus")).waitFor();
  });

  test("is gone through by keys", async () => {
    const page = await dashboard.open("/");
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("m");
    await page.getByRole("heading", { level: 1, name: "Models" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("audi");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("test");
    await page.getByRole("option", { name: "test Key" }).click();
    await page.getByRole("heading", { level: 1, name: "Keys" }).waitFor();
    expect(new URL(page.url()).searchParams.get("open")).not.toBeNull();
    const [sheet, help] = ["test", "Keyboard shortcuts"].map((name) => page.getByRole("dialog", { name }));
    await sheet?.waitFor();
    await page.keyboard.press("?");
    // It hears keys once it has the focus.
    await help?.locator(":focus").waitFor();
    await page.keyboard.press("Escape");
    await help?.waitFor({ state: "detached" });
    await sheet?.and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Escape");
    await sheet?.waitFor({ state: "detached" });
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("create key");
    await page.keyboard.press("Enter");
    await page
      .getByRole("dialog", { name: "Create key" })
      .getByLabel("Name", { exact: true })
      .and(page.locator(":focus"))
      .waitFor();
    await page.keyboard.type("by-keys");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: /by-keys/ }).waitFor();
  });

  test("shows all its parts as axe wants them", async () => {
    const page = await dashboard.open("/_parts");
    await page.getByRole("heading", { level: 1, name: "Parts" }).waitFor();
    await page.getByRole("row").nth(5).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test("changes text and ground at once where motion is reduced", async () => {
    const page = await dashboard.open("/_parts");
    await page.getByRole("heading", { level: 1, name: "Parts" }).waitFor();
    // In one task: no frame is drawn between the change and what is read.
    const colours = await page.evaluate(`(() => {
      const read = () => {
        const { backgroundColor } = getComputedStyle(document.body);
        return [getComputedStyle(document.querySelector("h1")).color, backgroundColor];
      };
      return [read(), (document.documentElement.dataset.theme = "dark", read())];
    })()`);
    expect(colours).toEqual([
      ["rgb(23, 23, 26)", "rgb(255, 255, 255)"],
      ["rgb(237, 237, 240)", "rgb(16, 16, 18)"],
    ]);
  });

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
