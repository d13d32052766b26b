import { expect, test } from "bun:test";
import { EventTemplate } from "./event-template";

const event = (text: string, more = "") => Buffer.from(`data: {"n":0,"text":${JSON.stringify(text)}${more}}\n\n`);

function templateOf(raw: Uint8Array, text: string): EventTemplate {
  const template = new EventTemplate();
  template.remember(raw, text);
  return template;
}

test("matches() knows an event that differs in its text alone, whatever the text is made of", () => {
  const template = templateOf(event("first"), "first");
  for (const text of ["a", "  b", '"', "\\", "\n", "é", "😀", '{"text":"x"}', "}\n\n"]) {
    expect(template.matches(event(text))).toBe(true);
    expect(template.text(event(text))).toBe(text);
    expect(template.textBytes()).toBe(Buffer.byteLength(text));
  }
});

test("matches() knows no event that differs in another byte, is cut at any, or has no text", () => {
  const template = templateOf(event("first"), "first");
  const raw = event("second");
  for (let at = 0; at < raw.length; at++) {
    expect(template.matches(raw.subarray(0, at))).toBe(false);
    const isText = at >= raw.indexOf("second") && at < raw.indexOf("second") + 6;
    const other = Buffer.from(raw);
    other[at] = 0x21;
    expect(template.matches(other)).toBe(isText);
  }
  expect(template.matches(event(""))).toBe(false);
  expect(template.matches(Buffer.concat([raw, Buffer.from("\n")]))).toBe(false);
});

test("matches() takes no text that is no JSON string", () => {
  const template = templateOf(event("first"), "first");
  for (const text of ["\\x", "\\", "a\nb", "a\rb", "\t", "\\\n", '\\u00"']) {
    expect(template.matches(Buffer.from(`data: {"n":0,"text":"${text}"}\n\n`))).toBe(false);
  }
});

test("matches() looks past OpenAI's padding, and at nothing else behind it", () => {
  const padded = (text: string, padding: string) => event(text, `,"obfuscation":"${padding}"`);
  const template = templateOf(padded("first", "x1"), "first");
  expect(template.matches(padded("second", "longer"))).toBe(true);
  expect(template.matches(padded("second", ""))).toBe(true);
  for (const padding of ['x","n":"y', 'x\\"', "é", "a\nb"]) {
    expect(template.matches(padded("second", padding))).toBe(false);
  }
});

test("remember() keeps no event whose text stands in it twice, is written in another way, or follows a byte order mark", () => {
  for (const [raw, text] of [
    [event("n"), "n"],
    [Buffer.from('data: {"text":"\\u0061"}\n\n'), "a"],
    [Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), event("a")]), "a"],
  ] as const) {
    expect(templateOf(raw, text).matches(raw)).toBe(false);
  }
});

test("matches() looks past numbers that change, wherever they stand, and at their lack", () => {
  const counted = (text: string, counts: string) =>
    Buffer.from(`data: {"n":7, "text":${JSON.stringify(text)},"aCount": ${counts}}\n\n`);
  const template = new EventTemplate(["Count", "n"]);
  template.remember(counted("first", '1,"of":[{"n":20}],"bCount":null'), "first");
  const second = counted("second", '123,"of":[{"n":4}],"bCount":null');
  expect(template.matches(second)).toBe(true);
  expect(template.text(second)).toBe("second");
  for (const counts of [
    '1.5,"of":[{"n":4}],"bCount":null',
    'x,"of":[{"n":4}],"bCount":null',
    '1,"of":[{"n":}],"bCount":null',
  ])
    expect(template.matches(counted("second", counts))).toBe(false);
  expect(template.matches(counted("second", '1,"of":[{"n":4}],"bCount":2'))).toBe(false);
});

test("forget() makes every event a new one", () => {
  const template = templateOf(event("first"), "first");
  template.forget();
  expect(template.matches(event("first"))).toBe(false);
});
