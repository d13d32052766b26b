import { expect, test } from "bun:test";
import type { Message, Part } from "#core/completion";
import { joinCalls, joinChunks } from "./join-turns";

const text = (said: string, state?: string): Part => ({
  type: "text",
  text: said,
  ...(state !== undefined && { state: { origin: "gemini", value: state, redacted: false } }),
});
const call = (id: string): Part => ({ type: "tool-call", id, name: "look", arguments: "{}" });
const said = (...content: readonly Part[]): Message => ({ role: "assistant", content });
const asked: Message = { role: "user", content: [text("q")] };

test("joinChunks() puts together what the model said in a row", () => {
  const messages = [
    asked,
    said(text("Let")),
    said(text(" me")),
    said(call("a")),
    said(call("b")),
    asked,
    said(text("x")),
  ];
  expect(joinChunks(messages)).toEqual([asked, said(text("Let me"), call("a"), call("b")), asked, said(text("x"))]);
});

test("joinChunks() ends a text where it is signed", () => {
  const messages = [asked, said(text("one")), said(text("", "s")), said(text("two"))];
  expect(joinChunks(messages)).toEqual([asked, said(text("one", "s"), text("two"))]);
});

test("joinCalls() leaves messages apart unless calls would be parted from their results", () => {
  const apart = [asked, said(text("a")), said(text("b")), said(call("a"))];
  expect(joinCalls(apart)).toBe(apart);
  expect(joinCalls([asked, said(call("a")), said(call("b")), asked])).toEqual([
    asked,
    said(call("a"), call("b")),
    asked,
  ]);
});
