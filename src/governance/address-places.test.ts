import { expect, test } from "bun:test";
import { createAddressPlaces } from "./address-places";

test("take() refuses an address that has as many requests running as it may, and no other", () => {
  const places = createAddressPlaces();
  const leave = places.take("192.0.2.1", 2);
  places.take("192.0.2.1", 2);
  expect(() => places.take("192.0.2.1", 2)).toThrow("2 requests from this address are running");
  places.take("192.0.2.2", 2);
  leave();
  leave();
  places.take("192.0.2.1", 2);
  expect(() => places.take("192.0.2.1", 2)).toThrow("settings.max_running_per_address");
});

test("take() counts all addresses of an IPv6 network together", () => {
  const places = createAddressPlaces();
  places.take("2001:db8::1", 2);
  places.take("2001:0db8:0:0:ffff::2", 2);
  expect(() => places.take("2001:db8::ffff:ffff:ffff:ffff", 2)).toThrow();
  places.take("2001:db8:0:1::1", 2);
  places.take("::1", 1);
});
