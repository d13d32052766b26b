import { describe, expect, test } from "bun:test";
import { decodeToolId, encodeToolId } from "./tool-ids";

describe("encodeToolId()", () => {
  for (const id of [
    "toolu_01A-b",
    "functions.get:0",
    "",
    "é/ü",
    "hgid_",
    "hgid_Y2FsbDox",
    "hgid_not base64",
    "a".repeat(90),
  ]) {
    test(`maps ${JSON.stringify(id)} into the alphabet and back`, () => {
      expect(encodeToolId(id)).toMatch(/^[a-zA-Z0-9_-]+$/);
      expect(decodeToolId(encodeToolId(id))).toBe(id);
    });
  }

  test("leaves an id alone that fits", () => {
    expect(encodeToolId("toolu_01")).toBe("toolu_01");
    expect(decodeToolId("hgid_dG9vbHVfMDE")).toBe("hgid_dG9vbHVfMDE");
  });
});
