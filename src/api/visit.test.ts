import { describe, expect, test } from "bun:test";
import { assertOwnHost, isLoopback, readVisit, type VisitRules } from "./visit";

const rules: VisitRules = { tls: false, trustedProxies: ["10.0.0.0/8"], insecureSessions: false };

function visit(headers: Record<string, string>, more: Partial<VisitRules> = {}, address = "192.0.2.1") {
  return readVisit(new Request("http://unused/", { headers }), { trusted: false, address }, { ...rules, ...more });
}

describe("readVisit()", () => {
  test("reads host, port and scheme of a request", () => {
    expect(visit({ host: "LocalHost:8080" })).toEqual({
      hostname: "localhost",
      port: "8080",
      isSecure: false,
      origin: "http://localhost:8080",
    });
    expect(visit({ host: "[::1]:9000" }, { tls: true })).toEqual({
      hostname: "::1",
      port: "9000",
      isSecure: true,
      origin: "https://[::1]:9000",
    });
    expect(visit({ host: "a.example" }, { tls: true }).origin).toBe("https://a.example");
  });

  test("believes x-forwarded-host and -proto of a trusted proxy alone, and of several values the last", () => {
    const headers = {
      host: "10.1.1.1:8080",
      "x-forwarded-host": "evil.example, ai.example.com",
      "x-forwarded-proto": "http, https",
    };
    expect(visit(headers, {}, "10.2.3.4").origin).toBe("https://ai.example.com");
    expect(visit(headers, {}, "::ffff:10.2.3.4").origin).toBe("https://ai.example.com");
    expect(visit(headers).origin).toBe("http://10.1.1.1:8080");
    expect(visit({ host: "a.example", "x-forwarded-proto": "http" }, { tls: true }, "10.2.3.4").isSecure).toBe(false);
  });

  test("takes a request for the host of an https public_url as one over TLS, which a proxy ended", () => {
    const publicUrl = "https://ai.example.com";
    expect(visit({ host: "ai.example.com" }, { publicUrl }).isSecure).toBe(true);
    expect(visit({ host: "ai.example.com:8080" }, { publicUrl }).isSecure).toBe(false);
    expect(visit({ host: "ai.example.com" }).isSecure).toBe(false);
  });

  test("has neither host nor origin where the header names none", () => {
    expect(visit({ host: "a b" })).toMatchObject({ hostname: "", origin: "" });
  });
});

test("isLoopback() knows the names and addresses of this machine, and not those that only begin so", () => {
  const hosts = ["localhost", "app.localhost:80", "127.0.0.1:8080", "127.9.9.9", "[::1]"];
  expect(hosts.every((host) => isLoopback(visit({ host })))).toBe(true);
  const others = ["127.0.0.1.evil.example", "localhost.evil.example", "evil-localhost", "10.0.0.1", "[::2]"];
  expect(others.some((host) => isLoopback(visit({ host })))).toBe(false);
});

test("assertOwnHost() takes loopback names, addresses and the host of public_url, and refuses all others with 421", () => {
  const status = (host: string, publicUrl?: string) => {
    try {
      assertOwnHost(visit({ host }), publicUrl);
      return 200;
    } catch (error) {
      return error instanceof Error && "status" in error ? error.status : undefined;
    }
  };
  for (const host of ["localhost:8080", "127.0.0.1", "[::1]:8080", "192.168.1.10:8080", "[2001:db8::1]"]) {
    expect([host, status(host)]).toEqual([host, 200]);
  }
  for (const host of ["evil.example", "127.0.0.1.nip.example:8080", "localhost.", "0x7f.1.evil", ""]) {
    expect([host, status(host)]).toEqual([host, 421]);
  }
  expect(status("ai.example.com", "https://ai.example.com")).toBe(200);
  expect(status("ai.example.com:8080", "https://ai.example.com")).toBe(200);
  expect(status("other.example.com", "https://ai.example.com")).toBe(421);
});
