import { expect, test } from "bun:test";
import type { Price } from "#core/money";
import { contextBound } from "./context-bound";

const price: Price = { version: "v", input: 3, output: 15 };
const tiered: Price = { ...price, contextTiers: [{ aboveTokens: 200_000, rates: { input: 6 } }] };

test.each([
  ["what is listed", 200_000, price, 200_000],
  ["what is listed where the tier lies within it", 1_048_576, tiered, 1_048_576],
  ["more where a tier begins at its end, as with Claude's million", 200_000, tiered, 1_000_000],
  ["what settings say where none is listed", undefined, tiered, 1_000_000],
  ["what is listed without a price", 200_000, undefined, 200_000],
])("contextBound() is %s", (_, contextTokens, of, most) => {
  expect(contextBound(contextTokens === undefined ? {} : { contextTokens }, of, 1_000_000)).toBe(most);
});
