import { describe, expect, test } from "bun:test";
import type { DatedPrice } from "./money";
import { withPriceOverrides } from "./price-override";

const dated = (fromMs: number, version: string): DatedPrice => ({ fromMs, price: { version, input: 1, output: 1 } });
const listed = [dated(50, "listed-new"), dated(0, "listed-old")];
const override = (model: string, fromMs: number, version: string, provider?: string) => ({
  model,
  ...dated(fromMs, version),
  ...(provider === undefined ? {} : { provider }),
});

function shown(overrides: readonly ReturnType<typeof override>[], prices: readonly DatedPrice[] | undefined = listed) {
  return withPriceOverrides("openai", "gpt-4o", prices, overrides)?.map(
    ({ fromMs, price }) => `${fromMs} ${price.version}`,
  );
}

describe("withPriceOverrides()", () => {
  test("takes the first that matches before anything listed", () => {
    expect(shown([override("gpt-5*", 0, "no"), override("gpt-4*", 0, "a"), override("*", 0, "b")])).toEqual(["0 a"]);
    expect(shown([override("*", 0, "no", "azure*"), override("*", 0, "b", "open*")])).toEqual(["0 b"]);
  });

  test("leaves the listed prices to the time before an override holds", () => {
    expect(shown([override("*", 60, "a")])).toEqual(["60 a", "50 listed-new", "0 listed-old"]);
    expect(shown([override("*", 20, "a")])).toEqual(["20 a", "0 listed-old"]);
    expect(shown([override("*", 60, "a"), override("*", 10, "b"), override("*", 70, "never")])).toEqual([
      "60 a",
      "10 b",
      "0 listed-old",
    ]);
  });

  test("prices a model that has no listed price, and changes nothing where nothing matches", () => {
    expect(withPriceOverrides("openai", "gpt-4o", undefined, [override("*", 5, "a")])).toEqual([dated(5, "a")]);
    expect(withPriceOverrides("openai", "gpt-4o", undefined, [override("x", 5, "a")])).toBeUndefined();
    expect(withPriceOverrides("openai", "gpt-4o", listed, [])).toBe(listed);
  });
});
