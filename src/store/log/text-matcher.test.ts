import { expect, test } from "bun:test";
import { createTextMatcher } from "./text-matcher";

const content = (request: string, response = "") => ({
  id: "0".repeat(32),
  request: body(request),
  response: body(response),
});

function body(text: string) {
  const bytes = new TextEncoder().encode(text);
  return { bytes, totalBytes: bytes.length };
}

test("createTextMatcher() finds a text in either body, whatever the case of ASCII letters", () => {
  const matches = createTextMatcher("Grüße, Welt");
  expect(matches(content("grüße, WELT"))).toBe(true);
  expect(matches(content("", "… Grüße, Welt …"))).toBe(true);
  expect(matches(content("Grüße Welt"))).toBe(false);
  expect(matches({ id: "0".repeat(32) })).toBe(false);
});

test("createTextMatcher() finds what JSON escapes, also outside ASCII", () => {
  const matches = createTextMatcher('say "ü"\n');
  expect(matches(content(JSON.stringify({ text: 'I say "ü"\n' })))).toBe(true);
  expect(matches(content('{"text": "say \\"\\u00fc\\"\\n"}'))).toBe(true);
});

test("createTextMatcher() finds what a stream tore apart", () => {
  const event = (text: string) => `data: {"choices":[{"delta":{"content":${JSON.stringify(text)}}}]}\n\n`;
  const matches = createTextMatcher("hello world");
  expect(matches(content("{}", event("Hel") + event("lo w") + event("orld!")))).toBe(true);
  const anthropic = (text: string) =>
    `event: content_block_delta\ndata: {"delta":{"type":"text_delta","text":${JSON.stringify(text)}}}\n\n`;
  expect(matches(content("{}", anthropic("hello ") + anthropic("world")))).toBe(true);
  expect(matches(content("{}", event("hello") + event("world")))).toBe(false);
});
