import { describe, expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import { openaiChatEndpoint } from "../fixtures/parts";

describe("encodeError()", () => {
  test("writes our own errors with their code and field", () => {
    const error = new GatewayError("invalid_request", "no", { param: "n", detail: "secret" });
    expect(openaiChatEndpoint.encodeError(error, "r")).toEqual({
      error: { message: "no", type: "invalid_request_error", param: "n", code: "invalid_request" },
    });
  });

  test("keeps a provider's own type and code", () => {
    const error = new GatewayError("upstream_error", "no", {
      status: 429,
      upstreamType: "tokens",
      upstreamCode: "tpm",
    });
    expect(openaiChatEndpoint.encodeError(error, "r")).toMatchObject({
      error: { type: "tokens", code: "tpm", param: null },
    });
  });

  test("names a type for every status", () => {
    const types = (["missing_key", "budget_exceeded", "policy_denied", "rate_limited", "overloaded"] as const).map(
      (code) => openaiChatEndpoint.encodeError(new GatewayError(code, ""), "r"),
    );
    expect(types).toMatchObject(
      ["authentication_error", "insufficient_quota", "permission_error", "rate_limit_error", "server_error"].map(
        (type) => ({
          error: { type },
        }),
      ),
    );
  });
});

describe("encodeStreamError()", () => {
  test("is one event, and no [DONE] follows", () => {
    const text = openaiChatEndpoint.encodeStreamError(new GatewayError("upstream_error", "cut"), "r");
    expect(text).toBe(
      'data: {"error":{"message":"cut","type":"server_error","param":null,"code":"upstream_error"}}\n\n',
    );
  });
});
