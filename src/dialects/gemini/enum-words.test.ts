import { expect, test } from "bun:test";
import { decodeToolChoice } from "./decode-tools";
import { jsonSchemaOf } from "./schema-from-google";

test("jsonSchemaOf() reads types that are the numbers of the protocol buffer", () => {
  const written = {
    type: 6,
    properties: { at: { type: 5, items: { type: 3, nullable: true } }, word: { type: "STRING" } },
  };
  expect(JSON.parse(jsonSchemaOf(JSON.stringify(written)))).toEqual({
    type: "object",
    properties: { at: { type: "array", items: { type: ["integer", "null"] } }, word: { type: "string" } },
  });
  expect(JSON.parse(jsonSchemaOf('{"type":0,"anyOf":[{"type":7}]}'))).toEqual({ anyOf: [{ type: "null" }] });
});

test("decodeToolChoice() reads modes that are such numbers", () => {
  const choice = (mode: number) => decodeToolChoice({ functionCallingConfig: { mode } });
  expect([1, 2, 3, 4].map((mode) => choice(mode)?.type)).toEqual(["auto", "required", "none", "auto"]);
  expect(() => choice(9)).toThrow('"toolConfig.functionCallingConfig.mode"');
});
