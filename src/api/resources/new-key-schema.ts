import * as z from "zod";
import { virtualKeySpecSchema } from "#config/virtual-key-schema";

export const ownSecret = z
  .string()
  .regex(/^[\x21-\x7e]{16,512}$/, { message: "must be 16 to 512 printable ASCII characters" })
  .exactOptional()
  .meta({ description: "A secret of your own; left out: generated." });

/** What a virtual key is made from. */
export const newKeySchema = virtualKeySpecSchema.extend({ value: ownSecret });
