import { expect, test } from "bun:test";
import { type BaseUrlParts, createBaseUrl } from "./base-url";
import { readVisit } from "./visit";

const local = "http://localhost:8080";

/** Told to whoever opened this address. */
function baseUrl(address: string, parts: Partial<BaseUrlParts> = {}): string {
  const rules = { tls: false, trustedProxies: [], insecureSessions: false };
  const visit = readVisit(new Request(address), { trusted: false, address: undefined }, rules);
  return createBaseUrl({ publicUrl: () => undefined, local, apart: undefined, ...parts })(visit);
}

test("createBaseUrl() tells the address by which a visitor came, and settings.public_url before that", () => {
  expect(baseUrl("http://10.0.0.5:9000/ui/")).toBe("http://10.0.0.5:9000");
  expect(baseUrl("http://[::1]:8080/ui/")).toBe("http://[::1]:8080");
  expect(baseUrl("http://control/api/me")).toBe(local);
  expect(baseUrl("http://localhost:9000/", { publicUrl: () => "https://ai.example.com" })).toBe(
    "https://ai.example.com",
  );
});

test("createBaseUrl() tells the gateway's own port where the control plane has another", () => {
  const apart = { host: "0.0.0.0", port: 8443, tls: true };
  expect(baseUrl("http://10.0.0.5:9000/ui/", { apart })).toBe("https://10.0.0.5:8443");
  expect(baseUrl("http://[fd00::5]:9000/ui/", { apart })).toBe("https://[fd00::5]:8443");
  expect(baseUrl("http://10.0.0.5:9000/ui/", { apart: { ...apart, host: "127.0.0.1" } })).toBe(local);
});
