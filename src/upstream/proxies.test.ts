import { expect, test } from "bun:test";
import { proxiesOf } from "./proxies";

const proxy = (variables: { readonly [name: string]: string }, url: string) => {
  const found = proxiesOf(variables)(new URL(url));
  return found === undefined ? "direct" : `${found.host}:${found.port}`;
};

test("proxiesOf() chooses by scheme, in small letters first, with port 80 where none is said", () => {
  const variables = {
    HTTP_PROXY: "http://plain.test:3128",
    HTTPS_PROXY: "secure.test",
    https_proxy: "http://small.test",
  };
  expect(proxy(variables, "http://a.test/")).toBe("plain.test:3128");
  expect(proxy(variables, "https://a.test/")).toBe("small.test:80");
  expect(proxy({ HTTP_PROXY: "" }, "http://a.test/")).toBe("direct");
});

test("proxiesOf() goes round the proxy for hosts, their subdomains, hosts with a port, and everything", () => {
  const through = (list: string, url: string) => proxy({ HTTP_PROXY: "p.test", NO_PROXY: list }, url) === "p.test:80";
  expect(through("a.test", "http://a.test/")).toBe(false);
  expect(through("A.test, b.test", "http://x.b.test:8080/")).toBe(false);
  expect(through(".a.test", "http://x.a.test/")).toBe(false);
  expect(through("*.a.test", "http://x.a.test/")).toBe(false);
  expect(through("a.test:8080", "http://a.test:8080/")).toBe(false);
  expect(through("*", "http://a.test/")).toBe(false);
  expect(through("a.test", "http://ba.test/")).toBe(true);
  expect(through("a.test:8080", "http://a.test/")).toBe(true);
  expect(through("", "http://a.test/")).toBe(true);
});

test("proxiesOf() refuses a proxy that is no http URL", () => {
  for (const url of ["socks5://p.test", "https://p.test", "http://"]) {
    expect(() => proxiesOf({ HTTPS_PROXY: url })).toThrow("Cannot use HTTPS_PROXY: it must be an http URL");
  }
});
