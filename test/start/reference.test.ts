import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "#cli/commands";
import { helpText } from "#cli/help";
import { startFlags } from "#config/start-flags";
import { isObject, tryParseJson } from "#lib/json";
import { adminPage } from "./admin-page";
import { cliPage } from "./cli-page";
import { startGateway } from "./running";

/** `HEADGATE_WRITE_REFERENCE=1 bun test test/start/reference.test.ts` writes the pages anew. */
function expectPage(name: string, text: string): void {
  const file = join(import.meta.dir, "..", "..", "docs", "reference", name);
  if (process.env.HEADGATE_WRITE_REFERENCE === "1") writeFileSync(file, text);
  expect(readFileSync(file, "utf8")).toBe(text);
}

test("docs/reference/cli.md holds what the program reads", () => {
  expectPage("cli.md", cliPage(commands, startFlags));
  const help = helpText(commands, startFlags);
  for (const { name } of startFlags) expect(help).toContain(`--${name} `);
});

test("docs/reference/admin-api.md holds what a running instance says of itself", async () => {
  await using gateway = await startGateway();
  const document = tryParseJson(await (await fetch(`${gateway.url}/api/openapi.json`)).text());
  if (!isObject(document)) throw new Error("The description is no object");
  expectPage("admin-api.md", adminPage(document));

  const browser = await fetch(`${gateway.url}/`, { headers: { accept: "text/html" }, redirect: "manual" });
  expect(browser.headers.get("location")).toBe("/ui/");
  const page = await fetch(`${gateway.url}/`);
  expect(page.url).toBe(`${gateway.url}/api/docs`);
  expect(page.headers.get("content-type")).toStartWith("text/html");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  const html = await page.text();
  for (const path of Object.keys(isObject(document.paths) ? document.paths : {})) expect(html).toContain(path);
  // Nothing in it is fetched from anywhere.
  expect(html).not.toMatch(/<script|<link|<img|(src|href)="(?!\/)/);
});
