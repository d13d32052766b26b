import { expect } from "bun:test";
import { worst } from "./bodies.ts";
import type { Answered } from "./burst.ts";
import type { Meter } from "./meters.ts";

/** What a refused client is told, in its dialect. `k` have been admitted; `gated`: all of them still run. */
export function expectRefusal(
  { variant, status, headers, text }: Answered,
  meter: Meter,
  scope: string,
  k: number,
  gated: boolean,
) {
  const body = JSON.parse(text);
  // While some still run they may be all that stands in the way.
  const code = meter.code === "budget_exceeded" && status === 429 ? "budget_busy" : meter.code;
  expect(headers.get("x-headgate-error")).toBe(code);
  expect(body.error.message).toContain(scope);
  if (variant.path === "/v1/messages") {
    expect(body.type).toBe("error");
    expect(body.request_id).toBe(headers.get("request-id"));
  } else expect(body.error.code).toBe(code);
  const retry = { after: headers.get("retry-after"), should: headers.get("x-should-retry") };
  switch (meter.code) {
    case "budget_exceeded":
      expect(body.error.message).toMatch(meter.name === "prepaid money" ? /needs a top-up/ : /it resets at 20/);
      if (gated && k > 0) expect(status).toBe(429);
      else if (k === 0) expect(status).toBe(402);
      expect(retry).toEqual(status === 429 ? { after: "2", should: "true" } : { after: null, should: "false" });
      return;
    case "too_many_concurrent":
      expect(retry).toEqual(k === 0 ? { after: null, should: "false" } : { after: "1", should: null });
      return;
    case "rate_limited":
      if (k === 0) expect(retry).toEqual({ after: null, should: "false" });
      else {
        // An hour and what is left of its sixteenth: longer than an SDK is to wait.
        expect(Number(retry.after)).toBeWithin(3600 - 60, 3826);
        expect(retry.should).toBe("false");
      }
      expectRateLimits({ variant, headers }, meter.name, k, 0);
  }
}

/** @param atMost What may be left, in requests. */
export function expectRateLimits(
  { variant, headers }: Pick<Answered, "variant" | "headers">,
  meter: string,
  k: number,
  atMost: number,
) {
  const unit = meter === "tokens per window" ? "tokens" : "requests";
  const name = (part: string) =>
    variant.path === "/v1/messages" ? `anthropic-ratelimit-${unit}-${part}` : `x-ratelimit-${part}-${unit}`;
  const perRequest = unit === "tokens" ? worst.tokens : 1;
  expect(Math.floor(Number(headers.get(name("limit"))) / perRequest)).toBe(k);
  expect(Math.floor(Number(headers.get(name("remaining"))) / perRequest)).toBeWithin(0, atMost + 1);
  const reset = headers.get(name("reset")) ?? "";
  const seconds = reset.endsWith("s") ? Number.parseInt(reset, 10) : (Date.parse(reset) - Date.now()) / 1000;
  expect(seconds).toBeWithin(3600 - 60, 3828);
}
