import { expect, test } from "bun:test";
import { filterFields } from "#api/resources/log-query";
import { logFilterFlags } from "./log-flags";

test("logFilterFlags are the filters of GET /api/logs", () => {
  const flags = logFilterFlags.map(({ name }) => name.replaceAll("-", "_"));
  expect(flags.toSorted()).toEqual(Object.keys(filterFields).toSorted());
});
