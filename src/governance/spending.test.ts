import { expect, test } from "bun:test";
import { noUsage } from "#core/usage";
import { plainPrice, used } from "./fixtures/scratch-governance";
import { addAttempt, capEstimate, nothingSpent, priceAttempt, totalCost } from "./spending";

test("addAttempt() sums usage and cost, of attempts at prices of their own", () => {
  const first = priceAttempt(used(100, 0), plainPrice);
  const second = priceAttempt(used(10, 5), { ...plainPrice, output: 2_000_000 });
  const both = [first, second].reduce(addAttempt, nothingSpent);
  expect(both).toEqual({ usage: used(110, 5), cost: 120_000, unpriced: false });
  expect(totalCost(both)).toBe(120_000);
});

test("totalCost() is unknown without usage, and where one attempt has no price", () => {
  expect(totalCost(nothingSpent)).toBeUndefined();
  const priced = addAttempt(nothingSpent, priceAttempt(used(1, 1), plainPrice));
  expect(totalCost(addAttempt(priced, priceAttempt(used(1, 1), undefined)))).toBeUndefined();
});

test("priceAttempt() goes by the tier that served", () => {
  const price = { ...plainPrice, serviceTiers: { priority: { input: 3_000_000, output: 3_000_000 } } };
  expect(priceAttempt(used(10, 10), price, "priority").cost).toBe(60_000);
  expect(priceAttempt(used(10, 10), price, "default").cost).toBe(20_000);
});

test("priceAttempt() does not know the cost of a tier without a price, and charges budgets the list price", () => {
  const price = { ...plainPrice, version: "catalog:1" };
  expect(priceAttempt(used(10, 10), price, "flex")).toMatchObject({ cost: undefined, atLeast: 20_000 });
});

test("capEstimate() takes output off an estimate, never off what a provider reported", () => {
  const estimate = { ...noUsage, input: 5, output: 90, reasoning: 10, estimated: true };
  expect(capEstimate(estimate, 40)).toMatchObject({ input: 5, output: 30, reasoning: 10 });
  expect(capEstimate({ ...estimate, estimated: false }, 40).output).toBe(90);
});
