import { describe, expect, test } from "bun:test";
import { createObjectIds } from "./object-ids";
import { here, isHere, originTag } from "./origins";

const ids = createObjectIds("0f".repeat(64));
const origin = originTag({ id: "openai" }, { id: "main" });
const id = "resp_68a1b2c3d4e5f60718293a4b5c6d7e8f901a2b3c4d5e6f70";
const sealed = ids.seal({ kind: "resp", owner: "key-1", origin, id });

describe("createObjectIds()", () => {
  test("opens what it sealed, for the same kind and owner alone", () => {
    expect(sealed).toMatch(/^resp_hg_[A-Za-z0-9_-]+$/);
    expect(ids.open(sealed, "resp", "key-1")).toEqual({ id, origin: Buffer.from(origin) });
    expect(ids.open(sealed, "resp", "key-2")).toBeUndefined();
    expect(ids.open(sealed.replace("resp", "conv"), "conv", "key-1")).toBeUndefined();
    expect(createObjectIds("0e".repeat(64)).open(sealed, "resp", "key-1")).toBeUndefined();
  });

  test("names the same object alike every time, and shows nothing of its id", () => {
    expect(ids.seal({ kind: "resp", owner: "key-1", origin, id })).toBe(sealed);
    const bytes = Buffer.from(sealed.slice("resp_hg_".length), "base64url");
    for (const part of [id.slice(5, 15), "openai", "key-1"]) expect(bytes.includes(part)).toBe(false);
  });

  test("opens nothing that was changed, at any byte, cut, or made up", () => {
    const bytes = Buffer.from(sealed.slice("resp_hg_".length), "base64url");
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(ids.open(`resp_hg_${changed.toString("base64url")}`, "resp", "key-1")).toBeUndefined();
      expect(ids.open(`resp_hg_${bytes.subarray(0, at).toString("base64url")}`, "resp", "key-1")).toBeUndefined();
    }
    for (const text of ["", "resp_", "resp_hg_", "resp_hg_%", id, `x${sealed}`]) {
      expect(ids.open(text, "resp", "key-1")).toBeUndefined();
    }
  });

  test("carries ids of any characters", () => {
    for (const odd of ["ü/…\u0000", "a".repeat(500)]) {
      const text = ids.seal({ kind: "resp", owner: "", origin: here, id: odd });
      const opened = ids.open(text, "resp", "");
      expect(opened?.id).toBe(odd);
      expect(isHere(opened?.origin ?? origin)).toBe(true);
    }
  });
});
