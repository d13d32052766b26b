import { expect, test } from "bun:test";
import { billDiffers } from "./bill-differs";

test.each([
  [1000, 1000, false],
  [1000, 1020, false],
  [1020, 1000, false],
  [1000, 1021, true],
  [0, 0, false],
  [0, 1, true],
  [7, undefined, false],
  [undefined, 7, false],
])("billDiffers() of a bill of %p and a list price of %p is %p", (billedCost, listedCost, differs) => {
  const told = { ...(billedCost !== undefined && { billedCost }), ...(listedCost !== undefined && { listedCost }) };
  expect(billDiffers(told)).toBe(differs);
});
