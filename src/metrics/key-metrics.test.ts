import { expect, test } from "bun:test";
import { keyFamilies } from "./key-metrics";

const none = { budget: 0, requests: 0, tokens: 0, concurrency: 0, policy: 0, other: 0 };

test("keyFamilies() shows what refused the keys of which the most requests were refused", () => {
  const keys = Array.from({ length: 600 }, (_, index) => ({
    id: `key-${index}`,
    name: `name-${index}`,
    ...(index % 2 === 1 && { team: "search" }),
    refusals: { ...none, tokens: index + 1, other: index === 599 ? 1 : 0 },
  }));
  const [family] = keyFamilies(keys);
  expect(family?.samples.length).toBe(501);
  expect(family?.samples.slice(0, 3).map(({ labels, value }) => [labels, value])).toEqual([
    [{ key: "key-599", name: "name-599", team: "search", kind: "tokens" }, 600],
    [{ key: "key-599", name: "name-599", team: "search", kind: "other" }, 1],
    [{ key: "key-598", name: "name-598", team: "", kind: "tokens" }, 599],
  ]);
});
