import { expect, test } from "bun:test";
import { isDiskFull } from "./disk-full";

test("isDiskFull() knows the codes of the system and of SQLite, also of what caused an error", () => {
  const noSpace = Object.assign(new Error("write"), { code: "ENOSPC" });
  expect(isDiskFull(noSpace)).toBe(true);
  expect(isDiskFull(Object.assign(new Error("x"), { code: "SQLITE_FULL" }))).toBe(true);
  expect(isDiskFull(new Error("database or disk is full"))).toBe(true);
  expect(isDiskFull(new Error("Cannot keep it", { cause: noSpace }))).toBe(true);
  expect(isDiskFull(Object.assign(new Error("x"), { code: "EACCES" }))).toBe(false);
  expect(isDiskFull("ENOSPC")).toBe(false);
});
