import { expect, test } from "bun:test";
import { periodWords } from "./period-words";

test("periodWords() says a period as people do", () => {
  expect(["1mo", "1h", "10s", "2w", "none", "?"].map(periodWords)).toEqual([
    "a month",
    "an hour",
    "per 10 seconds",
    "per 2 weeks",
    "prepaid",
    "per ?",
  ]);
});
