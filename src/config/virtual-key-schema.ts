import * as z from "zod";
import { budgetPeriodPattern, normalisePeriod, periodPattern } from "./period";
import { contentLogging, dollars, globs, name, parseTime } from "./schema-fields";

const budgetSchema = z
  .strictObject({
    limit_usd: dollars.meta({ description: "US dollars a period." }),
    period: z
      .string()
      .regex(budgetPeriodPattern, { message: "must be a period like 5m, 1h, 1d, 1w, 1mo, 1q, 1y, or none" })
      .transform(normalisePeriod)
      .meta({ description: "`5m 1h 1d 1w 1mo 1q 1y`, or `none` for prepaid." }),
    mode: z.enum(["hard", "soft", "warn"]).exactOptional().meta({
      description: "Refuse what exceeds it, refuse once it is exceeded, or only tell.",
      default: "hard",
    }),
    model: z.string().min(1).exactOptional().meta({ description: "Counts only this served target; glob." }),
  })
  .meta({ description: "Money for a period." });

const rateLimitSchema = z
  .strictObject({
    requests: z.int().min(0).exactOptional().meta({ description: "Requests a window." }),
    tokens: z.int().min(0).exactOptional().meta({ description: "Tokens a window, in and out." }),
    concurrent: z.int().min(0).exactOptional().meta({ description: "Requests at the same time." }),
    per: z
      .string()
      .regex(periodPattern, { message: "must be a period like 1m, 1h or 1d" })
      .transform(normalisePeriod)
      .exactOptional()
      .meta({ description: "The window: `1m 1h 1d`…" }),
  })
  .check((context) => {
    const { requests, tokens, concurrent, per } = context.value;
    const named = [requests, tokens, concurrent].filter((limit) => limit !== undefined).length;
    const message =
      named !== 1
        ? "must name exactly one of requests, tokens and concurrent"
        : concurrent === undefined && per === undefined
          ? "must say per which period, e.g. per: 1m"
          : concurrent !== undefined && per !== undefined
            ? "must not say per: concurrent requests have no period"
            : undefined;
    if (message !== undefined) context.issues.push({ code: "custom", message, input: context.value, path: [] });
  })
  .meta({ description: "Requests or tokens per window, or requests at the same time." });

export const teamSchema = z.strictObject({
  name: name,
  budgets: z.array(budgetSchema).exactOptional(),
  rate_limits: z.array(rateLimitSchema).exactOptional(),
});

/** What an operator decides about a virtual key; its secret is handled apart. */
const virtualKeyFields = {
  name: name.meta({ description: "What the key is called." }),
  team: name.exactOptional().meta({ description: "The team it belongs to." }),
  customer: name.exactOptional().meta({ description: "The customer it belongs to." }),
  tags: z.record(z.string().min(1).max(100), z.string().max(300)).exactOptional().meta({
    description: "Labels that every record of the key carries.",
  }),
  models: globs.exactOptional().meta({ description: "Glob patterns of the names it may ask for; default: all." }),
  blocked: globs.exactOptional().meta({ description: "Glob patterns of served targets it must not reach." }),
  endpoints: globs.exactOptional().meta({
    description: "Glob patterns of the endpoints it may use; passthrough must be named.",
    default: ["*"],
  }),
  content_logging: contentLogging.exactOptional().meta({ description: "Overrides the setting for this key." }),
  budgets: z.array(budgetSchema).exactOptional(),
  rate_limits: z.array(rateLimitSchema).exactOptional(),
  active: z
    .boolean()
    .exactOptional()
    .meta({ description: "False answers 401 without deleting the key.", default: true }),
  expires_at: z
    .string()
    .refine((text) => parseTime(text) !== undefined, {
      message: "must be a date (2027-01-01) or a time in UTC or with an offset (2027-01-01T12:00:00Z)",
    })
    .exactOptional()
    .meta({ description: "Date or time after which the key answers 401." }),
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
