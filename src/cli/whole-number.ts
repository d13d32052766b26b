import * as z from "zod";

/** A flag that counts something. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,12}$/, "a whole number")
  .transform(Number);
