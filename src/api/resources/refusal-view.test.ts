import { expect, test } from "bun:test";
import { refusalView, showRefusal } from "./refusal-view";

test("showRefusal() says money under the names that it has everywhere, and in the limit's unit as before", () => {
  const shown = showRefusal({ weight: 1, unit: "nanodollars", allowance: 2_500_000_000, asked: 1_000_000 });
  expect(shown).toEqual({
    weight: 1,
    unit: "dollars",
    allowance: "2.5",
    allowance_usd: "2.5",
    asked: "0.001",
    asked_usd: "0.001",
  });
  expect(refusalView.parse(shown)).toEqual(shown);
  expect(showRefusal({ weight: 1, unit: "tokens", asked: 7 })).toEqual({ weight: 1, unit: "tokens", asked: "7" });
});
