import { expect, test } from "bun:test";
import { createWrongKeys } from "./wrong-keys";

test("judge() slows an address that tries many different keys, and not one that repeats its mistake", () => {
  const keys = createWrongKeys();
  for (let index = 0; index < 30; index++) expect(keys.judge("192.0.2.1", `hg-${index}`, 0)).toBeUndefined();
  expect(keys.judge("192.0.2.1", "hg-one-more", 20_000)).toMatchObject({ code: "rate_limited" });
  expect(keys.judge("192.0.2.1", "hg-3", 20_000)).toBeUndefined();
  expect(keys.judge("192.0.2.2", "hg-one-more", 20_000)).toBeUndefined();
  expect(keys.judge("192.0.2.1", "hg-one-more", 60_000)).toBeUndefined();
});

test("judge() keeps a bounded number of addresses", () => {
  const keys = createWrongKeys();
  for (let index = 0; index < 30; index++) keys.judge("first", `hg-${index}`, 0);
  for (let index = 0; index < 10_000; index++) keys.judge(`address ${index}`, "hg-x", 0);
  expect(keys.judge("first", "hg-new", 0)).toBeUndefined();
});
