import { expect, test } from "bun:test";
import { noUsage } from "#core/usage";
import { plainPrice, used } from "./fixtures/scratch-governance";
import { addAttempt, capEstimate, nothingSpent, priceAttempt, totalCost, withBill, withFee } from "./spending";

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

test.each([
  [0.00003, { cost: 30_000, billed: 30_000, listed: 20_000 }],
  [0, { cost: 0, billed: 0, listed: 20_000 }],
  [0.1, { cost: 100_000_000, billed: 100_000_000 }],
  // Beyond what was held.
  [0.2, { cost: 20_000, billed: 200_000_000, listed: 20_000 }],
])("withBill() charges a bill of $%p where it was held for", (dollars, expected) => {
  const spending = priceAttempt(used(10, 10), plainPrice);
  expect(withBill(spending, { field: "usage.cost", dollars }, 100_000_000)).toMatchObject(expected);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 1e30])("withBill() takes no notice of $%p", (dollars) => {
  const spending = priceAttempt(used(10, 10), plainPrice);
  expect(withBill(spending, { field: "usage.cost", dollars }, Number.POSITIVE_INFINITY)).toBe(spending);
});

test("withBill() is the cost of what has no price", () => {
  const spending = withBill(priceAttempt(used(10, 10), undefined), { field: "usage.cost", dollars: 1 }, 2e9);
  expect(spending).toEqual({ usage: used(10, 10), cost: 1e9, billed: 1e9 });
});

test("addAttempt() sums bills beside what the list says", () => {
  const billed = withBill(priceAttempt(used(1, 1), plainPrice), { field: "usage.cost", dollars: 1e-6 }, 1e9);
  const both = [billed, priceAttempt(used(5, 5), plainPrice), billed].reduce(addAttempt, nothingSpent);
  expect(both).toMatchObject({ cost: 12_000, billed: 2000, listed: 4000 });
});

test("withFee() adds what is charged beside tokens, and marks it", () => {
  expect(withFee(priceAttempt(used(1, 1), plainPrice), 5000)).toMatchObject({ cost: 7000, usage: { estimated: true } });
});

test("capEstimate() takes output off an estimate, never off what a provider reported", () => {
  const estimate = { ...noUsage, input: 5, output: 90, reasoning: 10, estimated: true };
  expect(capEstimate(estimate, 40)).toMatchObject({ input: 5, output: 30, reasoning: 10 });
  expect(capEstimate({ ...estimate, estimated: false }, 40).output).toBe(90);
});
