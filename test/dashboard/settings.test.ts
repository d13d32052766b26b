import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

const hostile = "<img src=x onerror=alert(1)>";
let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("the settings page", () => {
  beforeAll(async () => {
    dashboard = await startDashboard({ config: { settings: { max_attempts: 4 } } });
    await dashboard.headgate.admin("POST", "/api/teams", { name: hostile });
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
  });

  const settings = async () => (await dashboard.headgate.admin("GET", "/api/settings")).json();

  const teams = async () => (await dashboard.headgate.admin("GET", "/api/teams")).json();

  test("changes a setting, takes it back, and says where the file declares one", async () => {
    const page = await dashboard.open("/settings");
    await page.getByText(/headgate\.yaml:\d+/).waitFor();
    // Each setting has a row in words.
    expect(await page.getByRole("heading", { name: "Others" }).count()).toBe(0);
    expect(await page.getByRole("button", { name: "Edit Attempts" }).count()).toBe(0);
    await page.getByRole("button", { name: "Edit Waiting requests" }).click();
    expect(new URL(page.url()).searchParams.get("edit")).toBe("max_queued_requests");
    await page.getByLabel("max_queued_requests").fill("99999999");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("dialog").getByRole("alert").waitFor();
    await page.getByLabel("max_queued_requests").fill("77");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Waiting requests is changed.").waitFor();
    expect(await settings()).toMatchObject({ max_queued_requests: 77 });
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("listitem").filter({ hasText: "max_queued_requests" }).getByText("256").waitFor();
    expect(await settings()).toMatchObject({ max_queued_requests: 256 });
  });

  test("edits amounts a line each, and says what is no amount", async () => {
    const page = await dashboard.open("/settings?edit=min_capped_tokens");
    const field = page.getByLabel("min_capped_tokens", { exact: true });
    expect(await field.inputValue()).toBe("text: 1024\ntools: 8192\nreasoning: 25000");
    await field.fill("text: few");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("dialog").getByRole("alert").waitFor();
    await field.fill("text: 2048\ntools: 8192\nreasoning: 25000");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("text: 2048, tools: 8192, reasoning: 25000").waitFor();
    expect(await settings()).toMatchObject({ min_capped_tokens: { text: 2048, tools: 8192, reasoning: 25_000 } });
  });

  test("asks before older records are deleted, and does not overwrite what another changed meanwhile", async () => {
    const page = await dashboard.open("/settings?edit=retention_days");
    await page.getByLabel("retention_days", { exact: true }).fill("7");
    const save = page.getByRole("button", { name: "Save" });
    expect(await save.isDisabled()).toBe(true);
    await page.getByLabel("Type retention_days to confirm").fill("retention_days");
    await dashboard.headgate.admin("PATCH", "/api/settings", { retention_days: 90 });
    await save.click();
    await page.getByRole("dialog").getByRole("alert").waitFor();
    expect(await settings()).toMatchObject({ retention_days: 90 });
  });

  test("downloads the configuration, compares an edited one, applies it, and removes after a typed word", async () => {
    const page = await dashboard.open("/settings?tab=configuration");
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download headgate.yaml" }).click();
    const path = await (await download).path();
    const yaml = await Bun.file(path).text();
    expect(yaml).toContain(hostile);

    await page.getByLabel("Configuration", { exact: true }).fill("teams: [{ nam: x }]");
    await page.getByRole("button", { name: "Compare" }).click();
    await page
      .getByText(/^Line 1:/)
      .first()
      .waitFor();

    const edited = `${yaml.replace(/^teams:\n(?:[ -].*\n)+/m, "")}teams: [{ name: added }]\n`;
    await page.getByLabel("Configuration file").setInputFiles({
      name: "headgate.yaml",
      mimeType: "text/yaml",
      buffer: Buffer.from(edited),
    });
    await page.getByRole("button", { name: "Compare" }).click();
    await page.getByText("1 added, 0 changed, 1 not in the text").waitFor();
    await page.getByText(hostile).last().waitFor();
    await page.getByRole("button", { name: "Apply one change" }).click();
    await page.getByText("One change is applied.").waitFor();
    expect(await teams()).toMatchObject({ data: [{ name: hostile }, { name: "added" }] });

    await page.getByText("0 added, 0 changed, 1 not in the text").waitFor();
    await page.getByLabel(/^Remove what the text does not name/).check();
    await page.getByRole("button", { name: "Apply one change" }).click();
    await page.getByLabel("Type apply to confirm").fill("apply");
    await page.getByRole("dialog").getByRole("button", { name: "Apply one change" }).click();
    await page.getByText("The text says what holds already.").waitFor();
    expect(await teams()).toMatchObject({ data: [{ name: "added" }] });
  });

  test("ends a session, and signs out everywhere", async () => {
    const other = await dashboard.open("/settings", { apart: true });
    await other.getByRole("heading", { level: 1 }).waitFor();
    const page = await dashboard.open("/settings?tab=sessions");
    await page.getByRole("button", { name: "End the session of admin" }).first().click();
    await page.getByText("The session of admin is ended.").waitFor();
    await page.getByRole("button", { name: "Sign out everywhere" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
    await page.getByLabel("Token or key").waitFor();
  });

  test("can be used by everybody", async () => {
    const page = await dashboard.open("/settings");
    await page.getByText(/headgate\.yaml:\d+/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole("tab", { name: "Sessions" }).click();
    await page.getByText("this one").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole("tab", { name: "Configuration as YAML" }).click();
    await page.getByLabel("Configuration", { exact: true }).fill("teams: [{ name: other }]");
    await page.getByRole("button", { name: "Compare" }).click();
    await page.getByRole("list", { name: "Changes" }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test("breaks no rule of the page", () => {
    expect(dashboard.faults()).toEqual([]);
  });
});
