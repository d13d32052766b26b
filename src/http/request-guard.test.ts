import { expect, test } from "bun:test";
import { KnownTargets } from "./request-guard";

const headers = { get: (name: string) => (name === "host" ? "localhost" : null), has: () => false } as const;
const targetOf = (target: string) =>
  new KnownTargets().of({ target, headers: { ...headers, beginningWith: () => [], entries: () => [] } });

test("requestTarget() refuses dot segments in every spelling, wherever they stand", () => {
  const dots = ["..", ".", "%2e%2e", "%2E%2e", ".%2E", "%2e.", "%2e"];
  const slashes = ["/", "\\", "%2f", "%2F", "%5c", "%5C"];
  for (const dot of dots) {
    for (const before of slashes) {
      for (const after of [...slashes, ";", ";x=1/"]) {
        expect(() => targetOf(`/v1${before}${dot}${after}api/settings`)).toThrow("dot segments");
      }
      expect(() => targetOf(`/v1${before}${dot}`)).toThrow("dot segments");
      expect(() => targetOf(`http://localhost/v1${before}${dot}?x=1`)).toThrow("dot segments");
    }
  }
});

test("requestTarget() lets names with dots pass, and dots in the query", () => {
  for (const path of [
    "/v1/models/gpt-4.1",
    "/v1/models/a..b",
    "/v1/models/.hidden",
    "/v1/models/openai%2fgpt-4o.",
    "/v1/...",
    "//v1",
  ])
    expect(targetOf(`${path}?to=/../x`)).toEqual({ path, query: "?to=/../x" });
});
