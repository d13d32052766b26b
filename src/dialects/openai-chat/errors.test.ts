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

  test("tells the words of Google and AWS as the code, beside OpenAI's type of the status", () => {
    const told = (upstreamType: string, status: number, upstreamCode?: string) => {
      const options = { status, upstreamType, ...(upstreamCode !== undefined && { upstreamCode }) };
      return openaiChatEndpoint.encodeError(new GatewayError("upstream_error", "no", options), "r").error;
    };
    for (const [word, status, type] of [
      ["RESOURCE_EXHAUSTED", 429, "rate_limit_error"],
      ["INVALID_ARGUMENT", 400, "invalid_request_error"],
      ["INTERNAL", 500, "server_error"],
      ["ThrottlingException", 429, "rate_limit_error"],
      ["ValidationException", 400, "invalid_request_error"],
    ] as const)
      expect(told(word, status)).toMatchObject({ type, code: word });
    expect(told("NOT_FOUND", 404, "MODEL_GONE")).toMatchObject({ type: "invalid_request_error", code: "MODEL_GONE" });
    for (const own of ["BadRequestError", "overloaded_error", "requests"])
      expect(told(own, 400)).toMatchObject({ type: own, code: "upstream_error" });
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
