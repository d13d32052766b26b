import { describe, expect, test } from "bun:test";
import { crc32 } from "node:zlib";
import { generateVirtualKey, hashSecret, sameHash, secretHint } from "./virtual-key";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

describe("generateVirtualKey()", () => {
  test("makes a key with its checksum, another one each time", () => {
    const keys = new Set(Array.from({ length: 500 }, () => generateVirtualKey()));
    expect(keys.size).toBe(500);
    for (const key of keys) {
      expect(key).toMatch(/^hg-[0-9A-Za-z]{49}$/);
      // The last six characters are the CRC-32 of the others, in base 62.
      expect([...key.slice(-6)].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0)).toBe(
        crc32(key.slice(0, -6)),
      );
    }
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
