import * as z from "zod";
import { abortPolicies } from "#core/snapshot";
import { limitFields } from "./limit-schema";
import { addressRanges, contentLogging, globs, name, onTightBudget, tags, timeText } from "./schema-fields";

/** From nothing to everything. */
export const selfViews = ["off", "usage", "requests", "content"] as const;
export type SelfView = (typeof selfViews)[number];

/** What an operator decides about a virtual key; its secret is handled apart. */
const virtualKeyFields = {
  name: name.meta({ description: "What the key is called." }),
  team: name.exactOptional().meta({ description: "The team it belongs to." }),
  customer: name.exactOptional().meta({ description: "The customer it belongs to." }),
  tags: tags.exactOptional().meta({ description: "Labels that every record of the key carries." }),
  models: globs.exactOptional().meta({ description: "Glob patterns of the names it may ask for; default: all." }),
  blocked: globs.exactOptional().meta({ description: "Glob patterns of served targets it must not reach." }),
  endpoints: globs.exactOptional().meta({
    description: "Glob patterns of the endpoints it may use; passthrough must be named.",
    default: ["*"],
  }),
  content_logging: contentLogging.exactOptional().meta({ description: "Overrides the setting for this key." }),
  require_price: z.boolean().exactOptional().meta({
    description: "Refuses targets whose price is unknown; overrides the setting for this key.",
  }),
  on_abort: z.enum(abortPolicies).exactOptional().meta({
    description: "What a request costs that its client left; overrides the setting for this key.",
  }),
  on_tight_budget: onTightBudget.exactOptional().meta({
    description: "What becomes of requests that do not fit a hard limit; overrides the setting for this key.",
  }),
  allowed_ips: addressRanges.exactOptional().meta({
    description: "Addresses and CIDR ranges that it may be used from, seen through `trusted_proxies`; default: all.",
  }),
  self_view: z.enum(selfViews).exactOptional().meta({
    description:
      "What whoever holds the key sees of it: nothing, its limits and use, its requests too, their content too (which needs `content_logging: full`).",
    default: "requests",
  }),
  ...limitFields,
  active: z
    .boolean()
    .exactOptional()
    .meta({ description: "False answers 401 without deleting the key.", default: true }),
  expires_at: timeText.exactOptional().meta({ description: "Date or time after which the key answers 401." }),
};

/** A virtual key without its secret, as the admin API takes it. */
export const virtualKeySpecSchema = z
  .strictObject(virtualKeyFields)
  .meta({ description: "A key that is given to a client." });

export const virtualKeySchema = z
  .strictObject({
    ...virtualKeyFields,
    value: z.string().min(1).exactOptional().meta({
      description: "The secret: a literal, `env:NAME` or `file:PATH`. Left out: generated at first start.",
    }),
  })
  .meta({ description: "A key that is given to a client." });

export type VirtualKeySpec = z.infer<typeof virtualKeySpecSchema>;
