import { expect, test } from "bun:test";
import { createLenientSseParser } from "./lenient-sse-parser";

function read(text: string, size = text.length) {
  const parser = createLenientSseParser();
  const bytes = Buffer.from(text);
  const events = [];
  for (let from = 0; from < bytes.length; from += size) events.push(...parser.push(bytes.subarray(from, from + size)));
  events.push(...parser.end());
  expect(Buffer.concat(events.map(({ raw }) => raw)).toString()).toBe(text);
  return events.map(({ data }) => data).filter((data) => data !== "");
}

test("createLenientSseParser() reads ordinary events as any other parser does", () => {
  for (const size of [1, 7, 1000])
    expect(read('data: {"a":1}\r\n\r\ndata: {"b":2}\n\n', size)).toEqual(['{"a":1}', '{"b":2}']);
  expect(read("data: first\ndata: second\n\n")).toEqual(["first\nsecond"]);
  expect(read(": ping\n\ndata: {}\n\n")).toEqual(["{}"]);
});

test("createLenientSseParser() gives out JSON that stands between events without `data:`", () => {
  const failing = 'data: {"a":1}\n\n{\n  "error": {\n    "code": 499\n  }\n}\n';
  for (const size of [1, 7, 1000]) expect(read(failing, size)).toEqual(['{"a":1}', failing.slice(15).trim()]);
});

test("createLenientSseParser() parts events that a single line feed ends", () => {
  for (const size of [1, 7, 1000])
    expect(read('data: {"a":1}\ndata: {"b":2}\ndata: {"c":3}\n', size)).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
});
