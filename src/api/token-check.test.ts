import { expect, test } from "bun:test";
import { createSignInThrottle } from "#sessions/sign-in-throttle";
import { createTokenCheck } from "./token-check";

/** Tokens are told by how many attempts had to wait. */
function started() {
  const waited: number[] = [];
  const check = createTokenCheck(
    createSignInThrottle(
      () => 0,
      async (ms) => void waited.push(ms),
    ),
  );
  const show = (token: string, address = "10.0.0.1") =>
    check(address, token, () => (token === "right" ? "admin" : undefined));
  return { show, waited };
}

test("createTokenCheck() slows guesses, and refuses with 429 those that go on", async () => {
  const { show, waited } = started();
  for (let guess = 0; guess < 10; guess += 1) expect(await show(`guess ${guess}`)).toBeUndefined();
  expect(waited).toEqual([]);
  expect(show("one more")).rejects.toThrow("too many wrong tokens");
  expect(await show("right")).toBe("admin");
  expect(waited).toHaveLength(2);
});

test("createTokenCheck() lets pass at once what an address has shown before, right or wrong", async () => {
  const { show, waited } = started();
  await show("right");
  for (let repeat = 0; repeat < 30; repeat += 1) expect(await show("the same")).toBeUndefined();
  for (let guess = 0; guess < 9; guess += 1) await show(`guess ${guess}`);
  for (let repeat = 0; repeat < 30; repeat += 1) expect(await show("right")).toBe("admin");
  expect(await show("the same")).toBeUndefined();
  expect(await show("a guess", "10.0.0.2")).toBeUndefined();
  expect(waited).toEqual([]);
  expect(show("a guess")).rejects.toThrow("too many wrong tokens");
});
