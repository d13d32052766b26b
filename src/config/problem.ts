import type * as z from "zod";
import { nearestWord } from "#lib/nearest-word";
import { knownKeysAt } from "./schema-walk";

export type Path = readonly (string | number)[];

/** What is wrong with configuration, and where. The message holds no value that could be a secret. */
export type Problem = { readonly path: Path; readonly message: string };

/** Turns the issues of a failed parse into problems; an unknown key becomes one problem each, with the nearest known one. */
export function problemsOf(error: z.ZodError, schema: z.ZodType, input: unknown): readonly Problem[] {
  const problems = error.issues.flatMap((issue) => problemsOfIssue(issue, schema, input));
  return [...new Map(problems.map((problem) => [describeProblem(problem), problem])).values()];
}

/** One line: the path, then what is wrong there. */
export function describeProblem({ path, message }: Problem): string {
  return path.length === 0 ? message : `${formatPath(path)}: ${message}`;
}

/** Shows a path as people write it: `providers.openai.keys[0].weight`; "" for the whole. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (!/^[\w-]+$/.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

function problemsOfIssue(issue: z.core.$ZodIssue, schema: z.ZodType, input: unknown): readonly Problem[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, knownKeysAt(schema, path)) }));
    case "invalid_type":
      return [{ path, message: `must be ${article(issue.expected)}, found ${found(input, path)}` }];
    case "invalid_value":
      return [{ path, message: oneOf(issue.values.map(String), valueAt(input, path)) }];
    case "invalid_key":
      return [{ path, message: `is no valid key: ${issue.issues.map((inner) => inner.message).join(", ")}` }];
    case "invalid_union": {
      if (issue.discriminator !== undefined && "options" in issue && isArrayOfText(issue.options))
        return [{ path, message: oneOf(issue.options, valueAt(input, path)) }];
      // Of the right kind, and wrong further in: what is said of that says more.
      const close = issue.errors.find((option) => option.length > 0 && option.every((inner) => inner.path.length > 0));
      const further = close?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [];
      if (further.length > 0) return further.flatMap((inner) => problemsOfIssue(inner, schema, input));
      return [{ path, message: unionMessage(issue, input, path) }];
    }
    case "too_small":
      return [{ path, message: tooSmall(issue) }];
    case "too_big":
      return [{ path, message: `must be at most ${issue.maximum}${unitOf(issue.origin)}` }];
    default:
      return [{ path, message: issue.message }];
  }
}

function isArrayOfText(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function unknownKey(key: string, known: readonly string[]): string {
  const nearest = nearestWord(key, known);
  if (nearest !== undefined) return `unknown key, did you mean "${nearest}"?`;
  return known.length === 0 ? "unknown key" : `unknown key, known are ${known.join(", ")}`;
}

function oneOf(values: readonly string[], value: unknown): string {
  const nearest = typeof value === "string" ? nearestWord(value, values) : undefined;
  return `must be ${values.join(" or ")}${nearest === undefined ? "" : `, did you mean "${nearest}"?`}`;
}

function unionMessage(issue: z.core.$ZodIssueInvalidUnion, input: unknown, path: Path): string {
  const inner = issue.errors.flat().filter((option) => option.path.length === 0);
  const values = inner.flatMap((option) => (option.code === "invalid_value" ? option.values.map(String) : []));
  const types = inner.flatMap((option) => (option.code === "invalid_type" ? [article(option.expected)] : []));
  if (values.length > 0 && typeof valueAt(input, path) === "string") return oneOf(values, valueAt(input, path));
  if (types.length === 0) return "is not of the form that is needed here";
  return `must be ${[...new Set(types)].join(" or ")}, found ${found(input, path)}`;
}

function tooSmall({ origin, minimum }: z.core.$ZodIssueTooSmall): string {
  const unit = unitOf(origin);
  return unit !== "" && minimum === 1 ? "must not be empty" : `must be at least ${minimum}${unit}`;
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters long";
  return origin === "array" ? " entries long" : "";
}

const articles: { readonly [expected: string]: string } = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

function article(expected: string): string {
  return articles[expected] ?? expected;
}

function found(input: unknown, path: Path): string {
  const value = valueAt(input, path);
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (value === Infinity || value === -Infinity) return "a number that is too large";
  return typeof value === "number" && !Number.isInteger(value) ? "a fraction" : `a ${typeof value}`;
}

function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => {
    if (typeof value !== "object" || value === null) return undefined;
    return Object.getOwnPropertyDescriptor(value, part)?.value;
  }, input);
}
