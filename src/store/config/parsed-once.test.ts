import { expect, test } from "bun:test";
import * as z from "zod";
import { parsedOnce } from "./parsed-once";

test("parsedOnce() gives the same object for the same value, and finds what is wrong in each", () => {
  const schema = z.strictObject({ list: parsedOnce(z.array(z.strictObject({ n: z.int().min(1) }))).exactOptional() });
  const [first, second] = [schema.parse({ list: [{ n: 1 }] }), schema.parse({ list: [{ n: 1 }] })];
  expect(first).toEqual({ list: [{ n: 1 }] });
  expect(second.list).toBe(first.list);
  expect(schema.parse({})).toEqual({});
  for (const _ of [1, 2]) {
    const { error } = schema.safeParse({ list: [{ n: 0 }, { m: 1 }] });
    expect(error?.issues.map(({ path, message }) => [path.join("."), message])).toEqual([
      ["list.0.n", "must be at least 1"],
      ["list.1.n", "must be a number, found nothing"],
      ["list.1.m", 'unknown key, did you mean "n"?'],
    ]);
  }
});
