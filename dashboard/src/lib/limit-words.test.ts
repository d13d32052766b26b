import { expect, test } from "bun:test";
import { limitWords } from "./limit-words";

test("limitWords() says whose a limit is, and what it counts", () => {
  expect(limitWords("team:search/budget/usd/1d/UTC")).toEqual({ kind: "team", of: "search", what: "dollars a day" });
  expect(limitWords("key:01a2/budget/tokens/none")).toMatchObject({ of: "01a2", what: "prepaid tokens" });
  expect(limitWords("key:01a2/rate/requests/1m")).toMatchObject({ what: "requests a minute" });
  expect(limitWords("limit:all/concurrent")).toMatchObject({
    kind: "limit",
    of: "all",
    what: "requests at the same time",
  });
  expect(limitWords("limit:a/budget/usd/1mo/UTC/provider=openai")).toMatchObject({
    what: "dollars a month, only provider openai",
  });
  expect(limitWords("something else")).toBeUndefined();
});
