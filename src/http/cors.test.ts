import { describe, expect, test } from "bun:test";
import { headersOf, madeRequest } from "#server/fixtures/made-request";
import type { HttpAnswer } from "#server/http-answer";
import { corsFor } from "./cors";

const from = (
  origin: string,
  { method = "GET", headers = {} }: { method?: string; headers?: Record<string, string> } = {},
) => madeRequest("/v1/models", { method, headers: { origin, ...headers } });
const preflight = (origin: string, headers: Record<string, string> = {}) =>
  from(origin, { method: "OPTIONS", headers: { "access-control-request-method": "POST", ...headers } });
const shown = (answer: HttpAnswer | undefined) => (answer === undefined ? {} : headersOf(answer));

describe("corsFor()", () => {
  test.each([
    ["https://app.example.com", ["https://app.example.com"], true],
    ["https://app.example.com:8443", ["https://app.example.com"], false],
    ["http://app.example.com", ["https://app.example.com"], false],
    ["https://b.example.com", ["https://a.example.com", "https://*.example.com"], true],
    ["https://example.com.evil.org", ["https://*.example.com"], false],
    ["http://localhost:3000", ["http://localhost:*"], true],
    ["null", ["https://app.example.com"], false],
    ["null", ["*"], true],
    ["null", ["null"], true],
    ["null", ["https://*", "http://localhost:*"], false],
    ["http://localhost.evil.org:3000", ["http://localhost:*"], false],
    ["https://a.example.com:8443", ["https://*.example.com"], false],
    ["https://a.example.com:8443", ["https://*.example.com:*"], true],
    ["https://b.a.example.com", ["https://*.example.com"], true],
    ["https://evil.org", ["https://*.example.com", "https://app.example.com"], false],
  ])("judges %s by %j as %p", (origin, origins, isIn) => {
    expect(corsFor({ origins }, from(origin)) !== undefined).toBe(isIn);
  });

  test("lets in nobody without an origin", () => {
    expect(corsFor({ origins: ["*"] }, madeRequest("/"))).toBeUndefined();
  });

  test("answers a preflight with what the page asks for", () => {
    const request = preflight("https://a.b", { "access-control-request-headers": "authorization,x-stainless-os" });
    const answer = corsFor({ origins: ["https://a.b"] }, request)?.preflight(request);
    expect([answer?.status, shown(answer)]).toEqual([
      204,
      {
        "access-control-allow-origin": "https://a.b",
        "access-control-allow-methods": "GET, HEAD, POST, DELETE",
        "access-control-allow-headers": "authorization,x-stainless-os",
        "access-control-max-age": "7200",
        vary: "Origin, Access-Control-Request-Headers",
      },
    ]);
  });

  test("answers a preflight with the headers that are configured", () => {
    const request = preflight("https://a.b", { "access-control-request-headers": "x-other" });
    const policy = { origins: ["*"], headers: ["authorization", "content-type"] };
    const answer = corsFor(policy, request)?.preflight(request);
    expect(shown(answer)).toMatchObject({
      "access-control-allow-headers": "authorization, content-type",
      "access-control-allow-origin": "*",
    });
  });

  test("takes nothing but a preflight for one", () => {
    const policy = { origins: ["*"] };
    for (const request of [from("https://a.b"), from("https://a.b", { method: "OPTIONS" })])
      expect(corsFor(policy, request)?.preflight(request)).toBeUndefined();
  });

  test("opens an answer to the page, never to its credentials", () => {
    const cors = corsFor({ origins: ["https://a.b"] }, from("https://a.b"));
    const headers = shown(cors?.open({ status: 200, headers: "x-a: b\r\n", body: "" }));
    expect(headers).toMatchObject({ "x-a": "b", "access-control-allow-origin": "https://a.b", vary: "Origin" });
    expect(headers["access-control-expose-headers"]).toContain("x-headgate-id");
    expect("access-control-allow-credentials" in headers).toBe(false);
  });
});
