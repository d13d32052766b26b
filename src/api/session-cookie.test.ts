import { expect, test } from "bun:test";
import { readCookie, sessionCookieOf } from "./session-cookie";

const visit = (hostname: string, isSecure: boolean) => ({ hostname, isSecure, port: "8080", origin: "" });

test("sessionCookieOf() is bound to the host over TLS, and to the port without it", () => {
  expect(sessionCookieOf(visit("ai.example.com", true), false)?.set("abc", 60_000)).toBe(
    "__Host-headgate=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60",
  );
  expect(sessionCookieOf(visit("localhost", false), false)?.set("abc", 60_000)).toBe(
    "headgate-8080=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=60",
  );
  expect(sessionCookieOf(visit("localhost", false), false)?.clear).toBe(
    "headgate-8080=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0",
  );
});

test("sessionCookieOf() gives none over plain HTTP from elsewhere, unless that is asked for", () => {
  expect(sessionCookieOf(visit("192.168.1.10", false), false)).toBeUndefined();
  expect(sessionCookieOf(visit("192.168.1.10", false), true)?.name).toBe("headgate-8080");
});

test("readCookie() reads the one of a name, and none where two have it", () => {
  expect(readCookie("a=1; headgate-8080=x=y ;b=2", "headgate-8080")).toBe("x=y");
  expect(readCookie("headgate-80=1; headgate-8080x=2; xheadgate-8080=3", "headgate-8080")).toBeUndefined();
  expect(readCookie("headgate-8080=1; headgate-8080=2", "headgate-8080")).toBeUndefined();
  expect(readCookie(null, "headgate-8080")).toBeUndefined();
});
