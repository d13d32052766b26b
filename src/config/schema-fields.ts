import { isIP } from "node:net";
import * as z from "zod";
import { tightBudgetPolicies } from "#core/budget-defaults";
import { formatDecimal, scaleDecimal } from "#lib/decimal";

// The forms of value that several parts of the schema share.

/** Of something that paths, messages and screens show: no control or formatting characters, and no step of a path. */
export const name = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text.replaceAll("\u200d", "")), {
    message: "must not contain control or formatting characters",
  })
  .refine((text) => text.trim() === text, { message: "must not begin or end with a space" })
  .refine((text) => text !== "." && text !== "..", { message: "must not be a step of a path" });
export const globs = z.array(z.string().min(1).max(300));
export const tags = z.record(z.string().min(1).max(100), z.string().max(300));
/** Addresses and CIDR ranges, IPv4 and IPv6. */
export const addressRanges = z
  .array(
    z
      .string()
      .refine(isAddressRange, { message: "must be an address such as 192.0.2.1 or a range such as 10.0.0.0/8" }),
  )
  .max(1000);
export const contentLogging = z.enum(["off", "metadata", "full"]);
export const onTightBudget = z.enum(tightBudgetPolicies);
export const milliseconds = z.int().min(1).max(86_400_000);

/** A decimal kept as plain text, so that money never goes through binary fractions. */
function decimal(digits: number, unit: string) {
  const most = formatDecimal(Number.MAX_SAFE_INTEGER, digits);
  return z
    .union([z.number(), z.string()])
    .refine((amount) => (scaleDecimal(String(amount), digits) ?? -1) >= 0, {
      message: `must be an amount of ${unit} from 0 to ${most} with at most ${digits} decimals`,
    })
    .transform((amount) => formatDecimal(scaleDecimal(String(amount), digits) ?? 0, digits))
    .pipe(z.string());
}

export const dollars = decimal(9, "US dollars");
export const pricePerMillion = decimal(6, "US dollars per million tokens");

function isAddressRange(text: string): boolean {
  const [, network = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(network);
  return family !== 0 && !network.includes("%") && Number(bits ?? 0) <= (family === 4 ? 32 : 128);
}

/** A date or a time, as text. */
export const timeText = z.string().refine((text) => parseTime(text) !== undefined, {
  message: "must be a date (2027-01-01) or a time in UTC or with an offset (2027-01-01T12:00:00Z)",
});

/**
 * Milliseconds since the epoch; undefined for anything but `YYYY-MM-DD` or a time with `Z` or an offset, and for a day that
 * its month does not have.
 */
export function parseTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined;
  // February 30 would be taken for March 2.
  const day = text.slice(0, "YYYY-MM-DD".length);
  const dayMs = Date.parse(day);
  if (Number.isNaN(dayMs) || new Date(dayMs).toISOString().slice(0, day.length) !== day) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
