import { expect, test } from "bun:test";
import { providerDefinitions } from "#providers/registry";
import { type Environment, flagsFromEnvironment, providersInEnvironment, withBaseUrl } from "./environment";

test("flagsFromEnvironment() reads HEADGATE_ variables and takes empty ones for absent", () => {
  const environment = { HEADGATE_DATA_DIR: "/d", HEADGATE_PORT: "", PORT: "1" };
  expect([...flagsFromEnvironment(environment, ["data-dir", "port"])]).toEqual([["data-dir", "/d"]]);
});

test("providersInEnvironment() finds the usual variables that are set", () => {
  const environment = { ANTHROPIC_API_KEY: "x", OPENAI_API_KEY: " ", GROQ_API_KEY: "y", OTHER: "z" };
  const found = providersInEnvironment(environment, providerDefinitions.values());
  expect(found.map(({ id, reference }) => [id, reference])).toEqual([
    ["anthropic", "env:ANTHROPIC_API_KEY"],
    ["groq", "env:GROQ_API_KEY"],
  ]);
});

test("providersInEnvironment() reads another name of a variable where the usual one is not set", () => {
  const references = (environment: { readonly [name: string]: string }) =>
    providersInEnvironment(environment, providerDefinitions.values()).map(({ reference }) => reference);
  expect(references({ TOGETHERAI_API_KEY: "x", PPLX_API_KEY: "y" })).toEqual([
    "env:TOGETHERAI_API_KEY",
    "env:PPLX_API_KEY",
  ]);
  expect(references({ TOGETHERAI_API_KEY: "x", TOGETHER_API_KEY: "y" })).toEqual(["env:TOGETHER_API_KEY"]);
});

test("providersInEnvironment() puts an address together, and leaves out a provider whose address is not known", () => {
  const azure = [...providerDefinitions.values()].filter(({ id }) => id === "azure-openai");
  const find = (environment: Environment) => providersInEnvironment(environment, azure);
  const found = { id: "azure-openai", variable: "AZURE_OPENAI_API_KEY", reference: "env:AZURE_OPENAI_API_KEY" };
  const key = { AZURE_OPENAI_API_KEY: "k" };
  expect(find({ ...key, AZURE_RESOURCE_NAME: "r" })).toEqual([
    { ...found, config: { base_url: "https://r.openai.azure.com/openai/v1" } },
  ]);
  expect(find({ ...key, AZURE_OPENAI_ENDPOINT: "https://r.example/" })).toEqual([
    { ...found, config: { base_url: "https://r.example/openai/v1" } },
  ]);
  expect(find(key)).toEqual([]);
});

test("withBaseUrl() leaves an address that is configured, or the same for everybody", () => {
  const read = () => "r";
  expect(withBaseUrl({ base_url: "https://x.example/p" }, providerDefinitions.get("azure-openai"), read)).toEqual({
    base_url: "https://x.example/p",
  });
  expect(withBaseUrl({ base_url: "https://x.example" }, providerDefinitions.get("azure-openai"), read)).toEqual({
    base_url: "https://x.example/openai/v1",
  });
  expect(withBaseUrl({}, providerDefinitions.get("openai"), read)).toEqual({});
  expect(withBaseUrl({}, undefined, read)).toEqual({});
});
