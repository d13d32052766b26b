import { expect, test } from "bun:test";
import { baseUrlVariables, filledBaseUrl, rootedBaseUrl } from "./base-url";

const regional = { baseUrl: "https://api.{REGION=eu}.{HOST}/v1", otherBaseUrls: ["{ENDPOINT}/x"] };

function read(values: { readonly [name: string]: string }) {
  return (name: string) => values[name];
}

test("filledBaseUrl() puts variables in their places", () => {
  expect(filledBaseUrl(regional, read({ REGION: "us", HOST: "h.example" }))).toBe("https://api.us.h.example/v1");
  expect(filledBaseUrl(regional, read({ HOST: " h.example/ " }))).toBe("https://api.eu.h.example/v1");
});

test("filledBaseUrl() takes the first whose variables are set, or none", () => {
  expect(filledBaseUrl(regional, read({ ENDPOINT: "https://e.example/" }))).toBe("https://e.example/x");
  expect(filledBaseUrl(regional, read({ HOST: "  " }))).toBeUndefined();
  expect(filledBaseUrl({ baseUrl: "https://api.example/v1" }, read({}))).toBe("https://api.example/v1");
});

test("filledBaseUrl() takes a host that is given with its scheme", () => {
  expect(filledBaseUrl({ baseUrl: "https://{HOST}/a" }, read({ HOST: "https://w.example" }))).toBe(
    "https://w.example/a",
  );
});

test("baseUrlVariables() names those without a usual value", () => {
  expect(baseUrlVariables(regional)).toEqual(["HOST"]);
  expect(baseUrlVariables({ baseUrl: "https://api.example/v1" })).toEqual([]);
});

test("rootedBaseUrl() adds the path to a host alone", () => {
  const at = { rootPath: "/openai/v1" };
  expect(rootedBaseUrl("https://r.example/", at)).toBe("https://r.example/openai/v1");
  expect(rootedBaseUrl("https://r.example", at)).toBe("https://r.example/openai/v1");
  expect(rootedBaseUrl("https://r.example/other", at)).toBe("https://r.example/other");
  expect(rootedBaseUrl("https://r.example", {})).toBe("https://r.example");
});
