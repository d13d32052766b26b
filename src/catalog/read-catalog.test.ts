import { describe, expect, test } from "bun:test";
import { catalogChanges } from "./catalog-changes";
import { readCatalog, UnreadableCatalog } from "./read-catalog";
import { shippedCatalog } from "./shipped-catalog";

const line = (facts: string, model = "m-1", provider = "maker") => `${provider}\t${model}\t${facts}\n`;
const priced = (input: number) => `{"prices":[{"fromMs":0,"price":{"version":"v","input":${input},"output":2}}]}`;

describe("readCatalog()", () => {
  test("reads the catalog that ships", () => {
    expect(readCatalog(shippedCatalog).size).toBeGreaterThan(3000);
  });

  test("refuses the same one torn at any place but the end of a line", () => {
    for (let end = 1; end < 200_000; end += 997) {
      if (shippedCatalog[end - 1] === "\n") continue;
      expect(() => readCatalog(shippedCatalog.slice(0, end))).toThrow(UnreadableCatalog);
    }
  });

  test.each([
    ["nothing", ""],
    ["a page of a web server", "<!doctype html>\n"],
    ["a line without facts", "maker\tm-1\n"],
    ["a field too many", line(`{}\t{}`)],
    ["facts that are no JSON", line("{")],
    ["facts that are a list", line("[]")],
    ["a provider that is a path", line("{}", "m", "../maker")],
    ["a name of a model with a control character", line("{}", "m\u0007")],
    ["a model that stands there twice", line("{}") + line("{}")],
    ["a price below zero", line(priced(-1))],
    ["a price that is no number", line('{"prices":[{"fromMs":0,"price":{"version":"v","input":"1","output":2}}]}')],
    ["a price beyond all sums", line(priced(1e300))],
    ["half a micro-dollar", line(priced(0.5))],
    ["a price without an output", line('{"prices":[{"fromMs":0,"price":{"version":"v","input":1}}]}')],
    ["a context of none", line('{"contextTokens":0}')],
    ["a word that is not known", line('{"mode":"telepathy"}')],
    ["a field that is not known", line('{"baseUrl":"http://evil.example"}')],
    ["traits", line('{"traits":{}}')],
    ["a version with a line break", line('{"prices":[{"fromMs":0,"price":{"version":"a\\nb","input":1,"output":2}}]}')],
  ])("refuses %s", (_, text) => expect(() => readCatalog(text)).toThrow(UnreadableCatalog));

  test("says which line is at fault and what is wrong in it", () => {
    expect(() => readCatalog(line("{}") + line(priced(-1), "m-2"))).toThrow(
      "line 2, maker/m-2: .prices[0].price.input must be a whole number from 0 to 1000000000000",
    );
  });
});

test("catalogChanges() tells what is new, gone and different", () => {
  const before = readCatalog(line(priced(1_000_000)) + line("{}", "gone") + line('{"mode":"chat"}', "same"));
  const next = readCatalog(line(priced(2_500_000)) + line("{}", "new") + line('{"mode":"chat"}', "same"));
  expect(catalogChanges(before, next)).toEqual({
    added: ["maker/new"],
    removed: ["maker/gone"],
    changed: [{ model: "maker/m-1", what: ["input $1 to $2.5"] }],
  });
});
