import * as z from "zod";
import { isTimeZone } from "#core/period-at";
import { budgetPeriodPattern, normalisePeriod, windowPattern } from "./period";
import { dollars } from "./schema-fields";

export const defaultThresholds: readonly number[] = [0.8, 1];

const targetGlob = z.string().min(1).max(300);

/** Which attempts count: those at a target that matches. */
export const targetFields = {
  model: targetGlob
    .exactOptional()
    .meta({ description: "Counts only these served targets: glob over `provider/model`." }),
  provider: targetGlob
    .exactOptional()
    .meta({ description: "Counts only what these providers serve: glob over their ids." }),
};

const tokenCount = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

export const budgetSchema = z
  .strictObject({
    limit_usd: dollars.exactOptional().meta({ description: "US dollars a period." }),
    limit_tokens: tokenCount.exactOptional().meta({ description: "Tokens a period, in and out." }),
    period: z
      .string()
      .regex(budgetPeriodPattern, { message: "must be a period like 5m, 1h, 1d, 1w, 1mo, 1q, 1y, or none" })
      .transform(normalisePeriod)
      .pipe(z.string())
      .meta({ description: "`5m 1h 1d 1w 1mo 1q 1y`, or `none` for prepaid." }),
    mode: z.enum(["hard", "soft", "warn"]).exactOptional().meta({
      description: "Refuse what could exceed it, refuse once it is exceeded, or only tell.",
      default: "hard",
    }),
    ...targetFields,
    align: z.enum(["calendar", "creation"]).exactOptional().meta({
      description: "Whether periods begin as the calendar has them, or count from when the budget was made.",
      default: "calendar",
    }),
    time_zone: z
      .string()
      .refine(isTimeZone, { message: "must be a time zone like UTC or Europe/Berlin" })
      .exactOptional()
      .meta({ description: "Whose calendar: an IANA name.", default: "UTC" }),
    thresholds: z
      .array(z.number().gt(0).max(100))
      .max(10)
      .exactOptional()
      .meta({ description: "Shares of the limit at which an event is recorded.", default: defaultThresholds }),
  })
  .check((context) => {
    const { limit_usd: usd, limit_tokens: tokens, align, period, time_zone: timeZone } = context.value;
    const report = (path: readonly string[], message: string) =>
      context.issues.push({ code: "custom", message, input: context.value, path: [...path] });
    if ((usd === undefined) === (tokens === undefined))
      report([], "must name exactly one of limit_usd and limit_tokens");
    if (timeZone === undefined) return;
    if (align === "creation")
      report(["time_zone"], "says nothing about periods that count from the creation: leave one out");
    else if (!/[dwqyo]$/.test(period) || period === "none") {
      report(["time_zone"], `says nothing about a period of ${period}: leave it out`);
    }
  })
  .meta({ description: "Money or tokens for a period." });

export const rateLimitSchema = z
  .strictObject({
    requests: z.int().min(0).exactOptional().meta({ description: "Requests a window." }),
    tokens: tokenCount.exactOptional().meta({ description: "Tokens a window, in and out." }),
    strict: z.boolean().exactOptional().meta({
      description:
        "Of tokens: counts a request as the most that it may use, not as what it probably does, so that no window ever holds more.",
      default: false,
    }),
    concurrent: z.int().min(0).exactOptional().meta({ description: "Requests at the same time." }),
    per: z
      .string()
      .regex(windowPattern, { message: "must be a window like 10s, 1m, 1h or 1d" })
      .transform(normalisePeriod)
      .pipe(z.string())
      .exactOptional()
      .meta({ description: "The window: `10s 1m 1h 1d`…; `1mo` is 30 days, `1q` 91 and `1y` 365." }),
    ...targetFields,
  })
  .check((context) => {
    const { requests, tokens, concurrent, per, strict } = context.value;
    const named = [requests, tokens, concurrent].filter((limit) => limit !== undefined).length;
    const message =
      named !== 1
        ? "must name exactly one of requests, tokens and concurrent"
        : concurrent === undefined && per === undefined
          ? "must say per which period, e.g. per: 1m"
          : concurrent !== undefined && per !== undefined
            ? "must not say per: concurrent requests have no period"
            : strict !== undefined && tokens === undefined
              ? "must not say strict: it is for tokens alone"
              : undefined;
    if (message !== undefined) context.issues.push({ code: "custom", message, input: context.value, path: [] });
  })
  .meta({ description: "Requests or tokens per window, or requests at the same time." });

/** What every scope may carry. */
export const limitFields = {
  budgets: z
    .array(budgetSchema)
    .max(20)
    .exactOptional()
    .meta({ description: "Money or tokens for a period: see `teams[].budgets[]` of the configuration file." }),
  rate_limits: z.array(rateLimitSchema).max(20).exactOptional().meta({
    description: "Requests or tokens per window, or at once: see `teams[].rate_limits[]` of the configuration file.",
  }),
};

export type BudgetConfig = z.infer<typeof budgetSchema>;
export type RateLimitConfig = z.infer<typeof rateLimitSchema>;

/** Budgets and rate limits of one scope. */
export type LimitsConfig = {
  readonly budgets?: readonly BudgetConfig[];
  readonly rate_limits?: readonly RateLimitConfig[];
};
