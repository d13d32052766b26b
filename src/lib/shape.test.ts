import { describe, expect, test } from "bun:test";
import {
  boolean,
  conforms,
  integer,
  list,
  number,
  object,
  oneOf,
  optional,
  readKnown,
  record,
  type Shape,
  string,
  tagged,
} from "./shape";

type Circle = { readonly kind: "circle"; readonly radius: number };
type Point = { readonly x: number; readonly label?: string };
type Path = { readonly kind: "path"; readonly points: readonly Point[] };
const drawing: Shape<Circle | Path> = tagged("kind", {
  circle: object<Circle>({ kind: oneOf("circle"), radius: number }),
  path: object<Path>({ kind: oneOf("path"), points: list(object<Point>({ x: number, label: optional(string) })) }),
});

describe("conforms()", () => {
  const fitting = [
    { kind: "circle", radius: 1 },
    { kind: "path", points: [{ x: 1 }, { x: 2, label: "" }] },
  ];
  for (const value of fitting) {
    test(`takes ${JSON.stringify(value)}`, () => {
      expect(conforms(drawing, value)).toBe(true);
    });
  }

  const faulty: readonly (readonly [value: unknown, path: string, message: string])[] = [
    [null, "", "must be an object"],
    [[], "", "must be an object"],
    [{ kind: "square" }, ".kind", "must be one of circle, path"],
    [{ kind: "circle" }, ".radius", "is missing"],
    [{ kind: "circle", radius: "1" }, ".radius", "must be a number"],
    [{ kind: "circle", radius: 1, color: "red" }, ".color", "is not known"],
    [{ kind: "path", points: {} }, ".points", "must be a list"],
    [{ kind: "path", points: [{ x: 1 }, { x: 1, label: null }] }, ".points[1].label", "must be a string"],
  ];
  for (const [value, path, message] of faulty) {
    test(`refuses ${JSON.stringify(value)}: "${path}" ${message}`, () => {
      expect(conforms(drawing, value)).toBe(false);
      expect(drawing.fault(value)).toEqual({ path, message });
    });
  }

  test("checks every entry of a map by name", () => {
    expect(record(boolean).fault({ a: true, b: 1 })).toEqual({ path: ".b", message: "must be a boolean" });
    expect(record(boolean).fault({})).toBeUndefined();
  });
});

test("readKnown() leaves aside what the form does not know, at every depth", () => {
  const later = {
    kind: "path",
    points: [
      { x: 1, y: 2 },
      { x: 2, label: "b", z: 3 },
    ],
    color: "red",
  };
  expect(readKnown(drawing, later)).toEqual({ value: { kind: "path", points: [{ x: 1 }, { x: 2, label: "b" }] } });
  const nested = object<{ readonly at?: Point }>({
    at: optional(object<Point>({ x: number, label: optional(string) })),
  });
  expect(readKnown(nested, { at: { x: 1, y: 2 } })).toEqual({ value: { at: { x: 1 } } });
  expect(readKnown(record(nested), { a: { at: { x: 1 }, b: 2 } })).toEqual({ value: { a: { at: { x: 1 } } } });
});

test("readKnown() says what is wrong and where", () => {
  expect(readKnown(drawing, { kind: "circle" })).toEqual({ wrong: ".radius is missing" });
  expect(readKnown(drawing, { kind: "square" })).toEqual({ wrong: ".kind must be one of circle, path" });
  for (const nothing of [undefined, null, [], "path"]) {
    expect(readKnown(drawing, nothing)).toEqual({ wrong: "it must be an object" });
  }
});

test("integer takes whole numbers alone", () => {
  expect(conforms(integer, 3)).toBe(true);
  for (const value of [0.5, "3", Number.POSITIVE_INFINITY, 2 ** 53]) expect(conforms(integer, value)).toBe(false);
});

test("a shape that lacks a field or a word of its type does not compile", () => {
  type Thing = { readonly mode: "a" | "b"; readonly note?: string };
  object<Thing>({ mode: oneOf("a", "b"), note: optional(string) });
  // @ts-expect-error A field of the type has no shape.
  object<Thing>({ mode: oneOf("a", "b") });
  // @ts-expect-error A word of the type is not known.
  object<Thing>({ mode: oneOf("a"), note: optional(string) });
  // @ts-expect-error The type says that the field may be absent.
  object<Thing>({ mode: oneOf("a", "b"), note: string });
});
