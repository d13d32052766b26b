import { describe, expect, test } from "bun:test";
import { clientAddress } from "./client-address";

describe("clientAddress()", () => {
  const trusted = ["10.0.0.0/8", "192.0.2.7", "2001:db8:1::/48"];
  const cases: readonly (readonly [why: string, peer: string, forwardedFor: string | null, client: string])[] = [
    ["no header", "10.0.0.1", null, "10.0.0.1"],
    ["a peer that is not trusted", "203.0.113.5", "198.51.100.1", "203.0.113.5"],
    ["one trusted proxy", "10.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["a single trusted address", "192.0.2.7", "198.51.100.1", "198.51.100.1"],
    ["what the client wrote itself before the proxy added it", "10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"],
    ["two trusted proxies", "10.0.0.1", "1.1.1.1, 198.51.100.1, 10.2.0.9", "198.51.100.1"],
    ["only trusted proxies", "10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3"],
    ["something that is no address", "10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"],
    ["an empty header", "10.0.0.1", "", "10.0.0.1"],
    ["ports and brackets", "10.0.0.1", "[2001:db8:2::5]:4711, 10.0.0.2:80", "2001:db8:2::5"],
    ["a mapped peer", "::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["a trusted IPv6 range", "2001:db8:1::1", "198.51.100.1", "198.51.100.1"],
    ["an IPv6 peer outside of it", "2001:db8:2::1", "198.51.100.1", "2001:db8:2::1"],
  ];
  for (const [why, peer, forwardedFor, client] of cases) {
    test(`finds ${client} with ${why}`, () => expect(clientAddress(peer, forwardedFor, trusted)).toBe(client));
  }

  test("believes nobody when nobody is trusted, and leaves out ranges that are none", () => {
    expect(clientAddress("10.0.0.1", "198.51.100.1", [])).toBe("10.0.0.1");
    expect(clientAddress("10.0.0.1", "198.51.100.1", ["nonsense", "10.0.0.0/99", "1.2.3.4/8"])).toBe("10.0.0.1");
    expect(clientAddress("203.0.113.5", "198.51.100.1", ["0.0.0.0/0"])).toBe("198.51.100.1");
  });
});
