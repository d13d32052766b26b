import { expect, test } from "bun:test";
import type * as z from "zod";
import type { Fields, Shape } from "#core/record-field";
import { attemptShape, recordShape } from "#core/record-fields";
import { createRecordSource } from "#store/log/fixtures/random-records";
import { attemptView } from "./attempt-view";
import { recordView, showBody, showRecord } from "./record-view";

/** Names that the table of record fields has and the view has not. */
function missingIn(view: z.ZodObject, { required, optional }: Shape): readonly string[] {
  const fields: Fields = { ...required, ...optional };
  const names = Object.values(fields).flatMap(({ shown }) => (shown === undefined ? [] : [shown]));
  return names.filter((name) => !Object.hasOwn(view.shape, name));
}

test("recordView and attemptView have every field of the table that is shown", () => {
  expect(missingIn(recordView, recordShape)).toEqual([]);
  expect(missingIn(attemptView, attemptShape)).toEqual([]);
});

test("showRecord() shows every field that a record has", () => {
  const range = { fromMs: 1_700_000_000_000, toMs: 1_700_000_900_000 };
  const source = createRecordSource({ seed: 1, keys: 9, models: 3, ...range, count: 300 });
  const fields: Fields = { ...recordShape.required, ...recordShape.optional };
  for (let index = 0; index < 300; index += 1) {
    const record = source(index);
    const shown = recordView.parse(showRecord(record));
    for (const name of Object.keys(record)) {
      const field = fields[name]?.shown;
      if (field !== undefined) expect(shown).toHaveProperty(field);
    }
  }
});

test("showBody() shows text where it is UTF-8, base64 where it is not, and says what was cut", () => {
  const bytes = new TextEncoder().encode("grüße");
  expect(showBody({ bytes, totalBytes: 7 })).toEqual({ text: "grüße", total_bytes: 7 });
  expect(showBody({ bytes: Uint8Array.of(0xff), totalBytes: 1 })).toEqual({ base64: "/w==", total_bytes: 1 });
  expect(showBody({ bytes: Uint8Array.of(0xff, 0), totalBytes: 9 })).toEqual({
    base64: "/wA=",
    total_bytes: 9,
    truncated: true,
  });
  expect(showBody({ bytes, totalBytes: 99 })).toMatchObject({ total_bytes: 99, truncated: true });
});
