import type { Json } from "#lib/json";
import { isArray, isObject } from "#lib/json";

/** Counts the tokens of a text. */
export type CountText = (text: string) => number;

/** What stands around each text at most: its role or name, and what separates it. */
const aroundEach = 4;
/** A run without white space that is longer takes a tokenizer a time that grows with its square: its bytes bound it as well. */
const longestRun = 200;
/** Tokens of parts may be fewer than those of the whole, where a piece was cut: never by so much. */
const spare = 1.02;

/** The most tokens that all text of a request makes: every string in it, names of fields and numbers too. */
export function countRequest(body: Json, count: CountText): number {
  let tokens = 0;
  const add = (text: string) => {
    tokens += aroundEach + countWords(text, count);
  };
  const visit = (value: Json): void => {
    if (typeof value === "string") add(value);
    else if (isArray(value)) for (const each of value) visit(each);
    else if (isObject(value)) {
      for (const [name, each] of Object.entries(value)) {
        add(name);
        if (each !== undefined) visit(each);
      }
    } else tokens += String(value).length;
  };
  visit(body);
  return Math.ceil(tokens * spare);
}

/** Counts a text, but for long runs without white space. */
export function countWords(text: string, count: CountText): number {
  if (!longRun.test(text)) return count(text);
  let tokens = 0;
  for (const part of text.split(longRuns)) tokens += longRun.test(part) ? Buffer.byteLength(part) : count(part);
  return tokens;
}

const longRun = new RegExp(`\\S{${longestRun + 1}}`);
const longRuns = new RegExp(`(\\S{${longestRun + 1},})`);
