import * as z from "zod";
import type { FilePlace } from "#config/file-places";
import { versionOf } from "./entry-version";

// The forms of value that several answers share.

/** An array that may be read only, as views have them. */
export function list<T>(item: z.ZodType<T>): z.ZodType<readonly T[]> {
  return z.array(item);
}

/** Milliseconds since the epoch become this by `showTime`. */
export const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .meta({ format: "date-time", description: "RFC 3339 time in UTC." });

export function showTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Nano-dollars become this by `formatDollars`. */
export const dollars = z
  .string()
  .regex(/^-?\d+(\.\d{1,9})?$/)
  .meta({ description: "US dollars as a decimal without exponent." });

export const count = z.int().min(0);
export const milliseconds = z.number().min(0).meta({ description: "Milliseconds." });
export const words = list(z.string());
export const tags = z.record(z.string(), z.string()).meta({ description: "Labels by name." });

export const version = z
  .string()
  .meta({ description: "Of its configuration: `If-Match` of a change names it, so that nobody's change is lost." });

export const placeView = z
  .strictObject({ file: z.string(), line: count })
  .meta({ id: "FilePlace", description: "Where the configuration file declares it." });

/** `BaseUrl` tells it. */
export const baseUrlView = z
  .string()
  .meta({ description: "Where to call models, for SDKs: with `/v1` behind it for those that want that." });

/** `HeldDoubts` has them. */
export const warningsField = words.exactOptional().meta({
  description: "What is allowed but probably not meant, as `headgate check` tells it; in answers to changes alone.",
});

/** Where an entry is declared. */
export const sourceFields = {
  source: z.enum(["file", "store"]).meta({ description: "The configuration file, or this API." }),
  read_only: z.boolean().meta({ description: "Whether it can be changed in the configuration file alone." }),
  declared_at: placeView.exactOptional(),
  version,
};

/** `config`: what its version is of. `place`: of what the file declares. */
export function showSource(source: "file" | "store", config: object, place?: FilePlace) {
  return {
    source,
    read_only: source === "file",
    ...(source === "file" && place !== undefined && { declared_at: place }),
    version: versionOf(config),
  };
}
