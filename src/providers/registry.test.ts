import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createCatalog } from "../catalog/catalog";
import { authSchemes } from "./auth/schemes";
import { providerDefinitions } from "./registry";

const folders = readdirSync(import.meta.dir, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "auth")
  .map(({ name }) => name);

test("every folder of a provider is in the registry, under its own name", () => {
  expect([...providerDefinitions.keys()].toSorted()).toEqual(folders.toSorted());
});

test("no two providers have the same environment variable, address or display name", () => {
  const all = [...providerDefinitions.values()];
  for (const field of ["environmentVariable", "baseUrl", "name"] as const) {
    const values = all.map((definition) => definition[field]).filter((value) => value !== undefined);
    expect(values.length, field).toBe(new Set(values).size);
  }
});

describe("every provider", () => {
  for (const { auth, baseUrl, dialects, environmentVariable, id } of providerDefinitions.values()) {
    test(`${id} has an address that can be called, and a key where one is needed`, () => {
      const url = URL.parse(baseUrl);
      const isLocal = url?.protocol === "demo:" || url?.hostname === "127.0.0.1";
      expect(isLocal || url?.protocol === "https:", baseUrl).toBe(true);
      expect(baseUrl).not.toMatch(/\/$|[?#]|\/(?:chat\/completions|completions|messages)$/);
      expect(environmentVariable === undefined, "a local server alone needs no variable").toBe(isLocal);
      expect(Object.keys(authSchemes)).toContain(auth);
      expect(dialects.length).toBeGreaterThan(0);
    });

    // The usual variable of a provider is its name; another is a slip of the pen, or wants a word here.
    test(`${id} is named by its variable`, () => {
      const variable = environmentVariable ?? `${id.toUpperCase()}_API_KEY`;
      expect(variable).toBe(`${id.toUpperCase().replaceAll("-", "_")}_API_KEY`);
    });

    test(`${id} is a file of at most 40 lines, a provider with a wire of its own apart`, () => {
      const text = readFileSync(join(import.meta.dir, id, "provider.ts"), "utf8");
      expect(text.split("\n").length).toBeLessThanOrEqual(41);
      expect(text).toContain(`id: "${id}"`);
    });
  }
});

test("what a key is tried with is a model that the provider has", () => {
  const catalog = createCatalog();
  for (const { id, models = [], trialModel } of providerDefinitions.values()) {
    if (trialModel === undefined) continue;
    const isKnown = models.some((model) => model.id === trialModel) || catalog.find(id, trialModel) !== undefined;
    expect(isKnown, `${id}: ${trialModel}`).toBe(true);
  }
});
