import * as z from "zod";
import { type GivenFlags, readFlags } from "#config/flag";
import { wholeNumber } from "./whole-number";

const limitSchema = z.object({ limit: wholeNumber.exactOptional() });

/** How many entries `--limit` asks for; undefined without it. */
export function limitOf(flags: GivenFlags): number | undefined {
  return readFlags(limitSchema, flags).limit;
}
