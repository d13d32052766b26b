import * as z from "zod";
import { scaleDecimal } from "#lib/decimal";

// The forms of value that several parts of the schema share.

export const name = z.string().min(1).max(200);
export const globs = z.array(z.string().min(1).max(300));
export const tags = z.record(z.string().min(1).max(100), z.string().max(300));
export const contentLogging = z.enum(["off", "metadata", "full"]);
export const milliseconds = z.int().min(1).max(86_400_000);

/** A decimal kept as its text, so that money never goes through binary fractions. */
function decimal(digits: number, unit: string) {
  return z
    .union([z.number(), z.string()])
    .refine((amount) => (scaleDecimal(String(amount), digits) ?? -1) >= 0, {
      message: `must be an amount of ${unit} from 0 with at most ${digits} decimals`,
    })
    .transform(String);
}

export const dollars = decimal(9, "US dollars");
export const pricePerMillion = decimal(6, "US dollars per million tokens");

/** Milliseconds since the epoch; undefined for anything but `YYYY-MM-DD` or a time with `Z` or an offset. */
export function parseTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
