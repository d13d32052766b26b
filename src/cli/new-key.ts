import * as z from "zod";
import type { JsonObject } from "#lib/json";
import { wholeNumber } from "./whole-number";

const list = z.string().transform(listed);

/** `10/1d`: dollars and the period, which the running instance checks. */
const budgets = z.string().transform((text, { addIssue }) =>
  listed(text).map((part): JsonObject => {
    const [, dollars, period] = /^(\d+(?:\.\d+)?)\/(\w+)$/.exec(part) ?? [];
    if (dollars !== undefined && period !== undefined) return { limit_usd: dollars, period };
    addIssue("dollars and a period such as 10/1d");
    return z.NEVER;
  }),
);

const tags = z.string().transform((text, { addIssue }): JsonObject => {
  const pairs = listed(text).map((pair) => {
    const [, label, value] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
    if (label !== undefined && value !== undefined) return [label, value] as const;
    addIssue("LABEL=VALUE pairs with commas between them");
    return z.NEVER;
  });
  return Object.fromEntries(pairs);
});

/** The body of `POST /api/virtual-keys`, out of the flags of `keys create`. */
export const newKeySchema = z
  .object({
    name: z.string().default(() => `key-${new Date().toISOString().slice(0, 19).replace(/\D/g, "")}`),
    team: z.string().exactOptional(),
    customer: z.string().exactOptional(),
    tags: tags.exactOptional(),
    models: list.exactOptional(),
    blocked: list.exactOptional(),
    endpoints: list.exactOptional(),
    budget: budgets.exactOptional(),
    rpm: wholeNumber.exactOptional(),
    tpm: wholeNumber.exactOptional(),
    concurrent: wholeNumber.exactOptional(),
    "expires-at": z.string().exactOptional(),
  })
  .transform(({ budget, rpm, tpm, concurrent, "expires-at": expiresAt, ...rest }): JsonObject => {
    const rateLimits = [
      ...(rpm === undefined ? [] : [{ requests: rpm, per: "1m" }]),
      ...(tpm === undefined ? [] : [{ tokens: tpm, per: "1m" }]),
      ...(concurrent === undefined ? [] : [{ concurrent }]),
    ];
    return {
      ...rest,
      ...(budget !== undefined && { budgets: budget }),
      ...(rateLimits.length > 0 && { rate_limits: rateLimits }),
      ...(expiresAt !== undefined && { expires_at: expiresAt }),
    };
  });

function listed(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}
