import { describe, expect, test } from "bun:test";
import { adminTokenPrefix, generateVirtualKey, hashSecret, isWellFormed, sameHash, secretHint } from "./virtual-key";

describe("generateVirtualKey()", () => {
  test("makes a well-formed key, another one each time", () => {
    const keys = new Set(Array.from({ length: 500 }, () => generateVirtualKey()));
    expect(keys.size).toBe(500);
    for (const key of keys) {
      expect(key).toMatch(/^hg-[0-9A-Za-z]{49}$/);
      expect(isWellFormed(key)).toBe(true);
    }
  });
});

describe("isWellFormed()", () => {
  test("refuses any changed character", () => {
    const key = generateVirtualKey();
    for (let at = 0; at < key.length; at++) {
      const changed = `${key.slice(0, at)}${key[at] === "x" ? "y" : "x"}${key.slice(at + 1)}`;
      expect(isWellFormed(changed)).toBe(false);
    }
  });

  test("refuses foreign keys and another prefix", () => {
    expect(isWellFormed("sk-test")).toBe(false);
    expect(isWellFormed("")).toBe(false);
    expect(isWellFormed(generateVirtualKey(adminTokenPrefix))).toBe(false);
    expect(isWellFormed(generateVirtualKey(adminTokenPrefix), adminTokenPrefix)).toBe(true);
  });
});

test("hashSecret() gives SHA-256 in hex", () => {
  expect(hashSecret("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("sameHash() tells equal from different", () => {
  expect(sameHash(hashSecret("a"), hashSecret("a"))).toBe(true);
  expect(sameHash(hashSecret("a"), hashSecret("b"))).toBe(false);
  expect(sameHash(hashSecret("a"), "")).toBe(false);
});

test("secretHint() never shows more than a quarter", () => {
  expect(secretHint("hg-abcdefghijklmnopqrstuvwxyz0123456789")).toBe("hg-abcde");
  expect(secretHint("secret")).toBe("s");
});
