import { describe, expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import { encodeError, encodeStreamError } from "./errors";

describe("encodeError()", () => {
  for (const [code, type] of [
    ["invalid_request", "invalid_request_error"],
    ["invalid_key", "authentication_error"],
    ["budget_exceeded", "billing_error"],
    ["model_not_allowed", "permission_error"],
    ["model_not_found", "not_found_error"],
    ["body_too_large", "request_too_large"],
    ["rate_limited", "rate_limit_error"],
    ["internal_error", "api_error"],
    ["upstream_error", "api_error"],
    ["overloaded", "overloaded_error"],
    ["upstream_timeout", "timeout_error"],
  ] as const) {
    test(`writes ${code} as ${type}`, () => {
      expect(encodeError(new GatewayError(code, "Why"), "r1")).toEqual({
        type: "error",
        error: { type, message: "Why" },
        request_id: "r1",
      });
    });
  }

  test("keeps a provider's own type where it is one of Anthropic's", () => {
    const typed = (upstreamType: string) =>
      encodeError(new GatewayError("upstream_error", "Why", { status: 400, upstreamType }), "r").error;
    expect(typed("overloaded_error")).toEqual({ type: "overloaded_error", message: "Why" });
    expect(
      encodeError(
        new GatewayError("upstream_error", "Why", { status: 404, upstreamType: "invalid_request_error" }),
        "r",
      ).error,
    ).toEqual({ type: "not_found_error", message: "Why" });
    expect(typed("server_error")).toEqual({ type: "invalid_request_error", message: "Why" });
  });

  test("encodeStreamError() writes an error event", () => {
    expect(encodeStreamError(new GatewayError("draining", "Why"), "r")).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Why"},"request_id":"r"}\n\n',
    );
  });
});
