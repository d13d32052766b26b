import { expect, test } from "bun:test";
import { compileGlob } from "./glob";

const cases: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
  ["*", "anything", true],
  ["gpt-4o", "gpt-4o", true],
  ["gpt-4o", "gpt-4o-mini", false],
  ["gpt-4o*", "gpt-4o-mini", true],
  ["*-mini", "gpt-4o-mini", true],
  ["openai/*", "openai/gpt-4o", true],
  ["openai/*", "azure/openai/gpt", false],
  ["a*b*c", "a-b-c", true],
  ["a*b*c", "acb", false],
  ["ab*ba", "aba", false],
  ["a*b*b", "ab", false],
  ["a.c", "abc", false],
  ["**", "", true],
];

test.each(cases)("compileGlob(%p) on %p is %p", (pattern, text, matches) => {
  expect(compileGlob(pattern)(text)).toBe(matches);
});
