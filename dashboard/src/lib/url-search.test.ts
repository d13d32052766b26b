import { expect, test } from "bun:test";
import { parseSearch, stringifySearch } from "./url-search";

test("stringifySearch() writes addresses that people can read, and parseSearch() reads them", () => {
  const search = { range: "7d", f: ["model:openai/gpt-4o", "tag:a b&c"], open: undefined, empty: "" };
  const text = stringifySearch(search);
  expect(text).toBe("?range=7d&f=model:openai/gpt-4o&f=tag:a+b%26c&empty=");
  expect(parseSearch(text)).toEqual({ range: "7d", f: ["model:openai/gpt-4o", "tag:a b&c"], empty: "" });
});

test("stringifySearch() of nothing is nothing", () => {
  expect(stringifySearch({ a: undefined, b: [] })).toBe("");
});
