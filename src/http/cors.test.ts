import { describe, expect, test } from "bun:test";
import { corsFor } from "./cors";

const from = (origin: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
  new Request("http://gateway/v1/models", { ...init, headers: { origin, ...init.headers } });
const preflight = (origin: string, headers: Record<string, string> = {}) =>
  from(origin, { method: "OPTIONS", headers: { "access-control-request-method": "POST", ...headers } });

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
  ])("judges %s by %j as %p", (origin, origins, isIn) => {
    expect(corsFor({ origins }, from(origin)) !== undefined).toBe(isIn);
  });

  test("lets in nobody without an origin", () => {
    expect(corsFor({ origins: ["*"] }, new Request("http://gateway/"))).toBeUndefined();
  });

  test("answers a preflight with what the page asks for", () => {
    const request = preflight("https://a.b", { "access-control-request-headers": "authorization,x-stainless-os" });
    const answer = corsFor({ origins: ["https://a.b"] }, request)?.preflight(request);
    expect([answer?.status, Object.fromEntries(answer?.headers ?? [])]).toEqual([
      204,
      {
        "access-control-allow-origin": "https://a.b",
        "access-control-allow-methods": "GET, HEAD, POST",
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
    expect(answer?.headers.get("access-control-allow-headers")).toBe("authorization, content-type");
    expect(answer?.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("takes nothing but a preflight for one", () => {
    const policy = { origins: ["*"] };
    for (const request of [from("https://a.b"), from("https://a.b", { method: "OPTIONS" })])
      expect(corsFor(policy, request)?.preflight(request)).toBeUndefined();
  });

  test("opens an answer to the page, never to its credentials", () => {
    const { headers } = corsFor({ origins: ["https://a.b"] }, from("https://a.b"))?.open(new Response("")) ?? {};
    expect(headers?.get("access-control-allow-origin")).toBe("https://a.b");
    expect(headers?.get("access-control-expose-headers")).toContain("x-headgate-id");
    expect(headers?.has("access-control-allow-credentials")).toBe(false);
    expect(headers?.get("vary")).toBe("Origin");
  });
});
