import { expect, test } from "bun:test";
import { type FromChild, readFromChild, readToChild, type ToChild } from "./messages";

test("readFromChild() and readToChild() understand what programs before version 0.1.0 said", () => {
  const fromChild: readonly FromChild[] = [
    { type: "ready" },
    { type: "drained" },
    { type: "fatal", message: "Cannot listen" },
    { type: "reloaded", ok: true },
    { type: "reloaded", ok: false, error: "wrong" },
    { type: "first-start", lines: ["token"] },
  ];
  for (const message of fromChild) expect(readFromChild(message)).toEqual({ message });
  const toChild: readonly ToChild[] = [{ type: "drain", timeoutMs: 100, replaced: true }, { type: "reload" }];
  for (const message of toChild) expect(readToChild(message)).toEqual({ message });
});

test("readFromChild() leaves aside fields that it does not know", () => {
  const message = { type: "ready", version: "9.0.0", colour: "blue" };
  expect(readFromChild(message)).toEqual({ message: { type: "ready", version: "9.0.0" } });
});

test("readToChild() names the type and the version of a message that it cannot obey", () => {
  expect(readToChild({ type: "dance", version: "9.0.0" })).toEqual({ unknown: { type: "dance", version: "9.0.0" } });
  expect(readToChild({ type: "drain" })).toEqual({ unknown: { type: "drain" } });
  for (const nonsense of [undefined, null, "drain", 3, {}, { type: 3 }])
    expect(readToChild(nonsense)).toEqual({ unknown: {} });
});
