import { describe, expect, test } from "bun:test";
import { type AddressClass, classifyAddress, isAllowedAddress } from "./ip-address";

const cases: readonly (readonly [AddressClass, readonly string[]])[] = [
  ["public", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "134744072"]],
  ["loopback", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "::1", "[::1]", "::ffff:127.0.0.1"]],
  ["loopback", ["localhost", "LOCALHOST.", "api.localhost", "::127.0.0.1", "64:ff9b::7f00:1", "::ffff:7f00:1"]],
  ["private", ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fd12::1", "fc00::1"]],
  ["private", ["0xa000001", "012.0.0.1", "192.168.257", "::ffff:10.0.0.1", "2002:a00:1::", "fec0::1", "198.18.0.1"]],
  ["link-local", ["169.254.0.1", "fe80::1", "[fe80::1%eth0]", "febf::1", "::ffff:169.254.1.1"]],
  ["metadata", ["169.254.169.254", "2852039166", "0xA9FEA9FE", "0251.0376.0251.0376", "169.254.170.2"]],
  ["metadata", ["::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "64:ff9b::a9fe:a9fe", "fd00:ec2::254", "fd00:ec2::23"]],
  ["metadata", ["metadata.google.internal", "METADATA.google.internal.", "100.100.100.200", "168.63.129.16"]],
  ["unspecified", ["0.0.0.0", "0", "::", "[::]", "0.1.2.3"]],
  ["multicast", ["224.0.0.1", "ff02::1"]],
  ["reserved", ["255.255.255.255", "192.0.2.1", "256.1.1.1", "1.2.3.4.5", "08.1", "1::2::3", "12345::", ":1"]],
  ["name", ["api.openai.com", "host", "10.example", "a1"]],
];

describe("classifyAddress()", () => {
  for (const [addressClass, hosts] of cases) {
    for (const host of hosts) {
      test(`says ${addressClass} for ${host}`, () => expect(classifyAddress(host)).toBe(addressClass));
    }
  }
});

test("isAllowedAddress() opens private networks on request and the link-local ones never", () => {
  expect(isAllowedAddress("private", false)).toBe(false);
  expect(isAllowedAddress("private", true)).toBe(true);
  expect(isAllowedAddress("loopback", false)).toBe(true);
  expect(isAllowedAddress("link-local", true)).toBe(false);
  expect(isAllowedAddress("metadata", true)).toBe(false);
});
