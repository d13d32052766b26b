import { expect, test } from "bun:test";
import { providerDefinitions } from "#providers/registry";
import { unservedVariables } from "#providers/unserved-variables";
import { bannerLines } from "./banner";

const definitions = ["openai", "anthropic", "together", "demo"].flatMap((id) => providerDefinitions.get(id) ?? []);
const facts = { definitions, unserved: unservedVariables, page: "http://localhost:1/ui/", firstKeyFile: undefined };

test("bannerLines() says which providers are on and from where, and why others are not", () => {
  const providers = [
    { id: "openai", auth: "bearer", keys: [{ reference: "env:OPENAI_API_KEY", usable: true }, { usable: true }] },
    { id: "demo", auth: "none", keys: [] },
    { id: "mine", auth: "bearer", keys: [] },
    { id: "gone", auth: "bearer", keys: [{ reference: "env:GONE", usable: false }] },
  ];
  const environment = {
    OPENAI_API_KEY: "sk-canary",
    TOGETHERAI_API_KEY: "canary",
    GOOGLE_APPLICATION_CREDENTIALS: "/c.json",
  };
  const lines = bannerLines({ ...facts, providers, environment });
  expect(lines).toEqual([
    "  Page      http://localhost:1/ui/",
    "  Keys      headgate keys list, headgate keys create",
    "  Providers openai (OPENAI_API_KEY, a stored key), demo, mine (has no key yet), gone (its key was not found)",
    "  Not on    together (TOGETHERAI_API_KEY is set, but it was taken off; the page adds it), anthropic (no ANTHROPIC_API_KEY)",
    "  Not used  GOOGLE_APPLICATION_CREDENTIALS (the provider vertex takes it where a key of its has credentials of type google_default)",
  ]);
  expect(lines.join()).not.toContain("canary");
});

test("bannerLines() says where the first key is", () => {
  const lines = bannerLines({
    ...facts,
    definitions: [],
    providers: [],
    environment: {},
    firstKeyFile: "/d/first-start.txt",
  });
  expect(lines).toEqual(["  Page      http://localhost:1/ui/", "  Keys      the first is in /d/first-start.txt"]);
});

test("bannerLines() says what a key alone does not say, and names a few of many", () => {
  const environment = { AZURE_API_KEY: "canary" };
  const lines = bannerLines({ ...facts, definitions: providerDefinitions.values(), providers: [], environment });
  const off = lines.find((line) => line.includes("Not on")) ?? "";
  expect(off).toContain(
    "azure-openai (AZURE_API_KEY is set, but AZURE_RESOURCE_NAME is not), openai (no OPENAI_API_KEY)",
  );
  expect(off).toMatch(/, \d\d more that the page lists$/);
  expect(off.length).toBeLessThan(600);
});
