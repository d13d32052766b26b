import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createCatalog } from "../catalog/catalog";
import { authSchemes } from "./auth/schemes";
import { filledBaseUrl } from "./base-url";
import { providerDefinitions } from "./registry";

const folders = readdirSync(import.meta.dir, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "auth")
  .map(({ name }) => name);

test("every folder of a provider is in the registry, under its own name", () => {
  expect([...providerDefinitions.keys()].toSorted()).toEqual(folders.toSorted());
});

test("no two providers have the same environment variable, address or display name", () => {
  const all = [...providerDefinitions.values()];
  const lists = {
    variable: all.flatMap(({ environmentVariable = [], otherVariables = [] }) =>
      [environmentVariable, otherVariables].flat(),
    ),
    address: all.map(({ baseUrl }) => baseUrl),
    name: all.flatMap(({ id, name, otherNames = [] }) => [...new Set([id, name, ...otherNames])]),
  };
  for (const [what, values] of Object.entries(lists)) {
    const twice = values.filter((value, index) => values.indexOf(value) !== index);
    expect(twice, what).toEqual([]);
  }
});

test("there are more than sixty", () => {
  expect(providerDefinitions.size).toBeGreaterThanOrEqual(60);
});

/** Products whose variables have another name than the maker's. */
const otherWords: ReadonlyMap<string, string> = new Map([
  ["alibaba", "DASHSCOPE"],
  ["huggingface", "HF"],
  ["io-net", "IOINTELLIGENCE"],
  ["vercel", "AI_GATEWAY"],
  ["volcengine", "ARK"],
]);

describe("every provider", () => {
  for (const definition of providerDefinitions.values()) {
    const { auth, dialects, environmentVariable, id, source } = definition;
    test(`${id} has an address that can be called, and a key where one is needed`, () => {
      const baseUrl = filledBaseUrl(definition, () => "filled") ?? "";
      const url = URL.parse(baseUrl);
      const isLocal = url?.protocol === "demo:" || url?.hostname === "127.0.0.1";
      expect(isLocal || url?.protocol === "https:", baseUrl).toBe(true);
      expect(baseUrl).not.toMatch(/\/$|[?#]|\/(?:chat\/completions|completions|messages)$/);
      expect(environmentVariable === undefined, "a local server alone needs no variable").toBe(isLocal);
      expect(Object.keys(authSchemes)).toContain(auth);
      expect(dialects.length).toBeGreaterThan(0);
    });

    // The usual variable of a provider has its name; another is a slip of the pen, or wants a word here.
    test(`${id} is named by its variable`, () => {
      const [word = ""] = id.toUpperCase().split("-");
      expect(environmentVariable ?? word).toContain(otherWords.get(id) ?? word);
    });

    test(`${id} names the page that says so`, () => {
      expect(source ?? "").toMatch(id === "demo" ? /^$/ : /^https:\/\/[^\s]+\.[^\s]+\/?/);
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
