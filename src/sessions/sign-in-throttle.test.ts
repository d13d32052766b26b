import { beforeEach, describe, expect, test } from "bun:test";
import { createSignInThrottle, type SignInThrottle } from "./sign-in-throttle";

let nowMs: number;
let sleeps: (() => void)[];
let throttle: SignInThrottle;

beforeEach(() => {
  nowMs = 0;
  sleeps = [];
  throttle = createSignInThrottle(
    () => nowMs,
    () => new Promise((resolve) => sleeps.push(resolve)),
  );
});

const wrong = async () => undefined;
const right = async () => "right";
const kindOf = async (address: string, check: () => Promise<string | undefined> = wrong) =>
  (await throttle.attempt(address, check)).kind;

/** A slowed attempt, whose second has passed. */
async function waited(address: string, check = wrong) {
  const attempt = throttle.attempt<string>(address, check);
  await Promise.resolve();
  for (const wake of sleeps.splice(0)) wake();
  return (await attempt).kind;
}

async function exhaust(address: string): Promise<void> {
  for (let count = 0; count < 10; count++) expect(await kindOf(address)).toBe("wrong");
}

describe("createSignInThrottle()", () => {
  test("slows an address after ten wrong attempts, and gives one back every six seconds", async () => {
    await exhaust("192.0.2.1");
    expect(await waited("192.0.2.1")).toBe("slowed");
    expect(await kindOf("192.0.2.2")).toBe("wrong");
    nowMs += 6_000;
    expect(await kindOf("192.0.2.1")).toBe("wrong");
    expect(await waited("192.0.2.1")).toBe("slowed");
  });

  test("lets what is right in at any time, from a slowed address after a second", async () => {
    await exhaust("192.0.2.1");
    const attempt = throttle.attempt("192.0.2.1", right);
    await Promise.resolve();
    expect(sleeps.length).toBe(1);
    sleeps[0]?.();
    expect(await attempt).toEqual({ kind: "right", value: "right" });
  });

  test("looks at three attempts a second of a slowed address, and at no more", async () => {
    await exhaust("192.0.2.1");
    const attempts = Array.from({ length: 5 }, () => throttle.attempt("192.0.2.1", wrong));
    await Promise.resolve();
    expect(sleeps.length).toBe(3);
    expect(await Promise.all(attempts.slice(3))).toEqual([
      { kind: "slowed", retryAfterS: 6 },
      { kind: "slowed", retryAfterS: 6 },
    ]);
    for (const wake of sleeps) wake();
    expect((await Promise.all(attempts)).map(({ kind }) => kind)).toEqual(Array(5).fill("slowed"));
  });

  test("slows addresses that were wrong once when all together were a hundred times, and no others", async () => {
    for (let host = 1; host <= 50; host++)
      for (const _ of [1, 2]) expect(await kindOf(`192.0.2.${host}`)).toBe("wrong");
    expect(await waited("192.0.2.1")).toBe("slowed");
    expect(await kindOf("198.51.100.1", right)).toBe("right");
    expect(sleeps.length).toBe(0);
  });

  test("takes all addresses of an IPv6 network of 64 bits for one", async () => {
    for (let host = 1; host <= 10; host++) expect(await kindOf(`2001:db8::${host.toString(16)}`)).toBe("wrong");
    expect(await waited("2001:db8:0:0:ffff::1")).toBe("slowed");
    expect(await kindOf("2001:db8:0:1::1")).toBe("wrong");
  });
});
