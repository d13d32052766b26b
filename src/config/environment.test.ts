import { expect, test } from "bun:test";
import { providerDefinitions } from "#providers/registry";
import { flagsFromEnvironment, providersInEnvironment } from "./environment";

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
