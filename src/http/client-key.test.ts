import { describe, expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import { clientKey } from "./client-key";

const headers = (init: Record<string, string>) => new Headers(init);

describe("clientKey()", () => {
  const found: readonly (readonly [Record<string, string>, string | undefined])[] = [
    [{}, undefined],
    [{ authorization: "Bearer hg-1" }, "hg-1"],
    [{ authorization: "bearer   hg-1 " }, "hg-1"],
    [{ authorization: "Bearer " }, undefined],
    [{ authorization: "Bearer" }, undefined],
    [{ authorization: "Basic dXNlcjpwYXNz" }, undefined],
    [{ "x-api-key": "hg-1" }, "hg-1"],
    [{ "api-key": "hg-1" }, "hg-1"],
    [{ "x-goog-api-key": "hg-1" }, "hg-1"],
    [{ "x-litellm-api-key": "Bearer hg-1" }, "hg-1"],
    [{ "x-bf-vk": "hg-1" }, "hg-1"],
    [{ "x-api-key": "", authorization: "Bearer hg-1" }, "hg-1"],
    [{ "x-api-key": "hg-1", authorization: "Bearer " }, "hg-1"],
    [{ "x-api-key": "hg-1", authorization: "Bearer hg-1", "api-key": "hg-1" }, "hg-1"],
  ];
  for (const [init, key] of found) {
    test(`finds ${key ?? "none"} in ${JSON.stringify(init)}`, () => expect(clientKey(headers(init))).toBe(key));
  }

  test("refuses two different keys, without showing them", () => {
    const call = () => clientKey(headers({ "x-api-key": "hg-1", authorization: "Bearer hg-2" }));
    expect(call).toThrow(GatewayError);
    expect(call).toThrow("The request carries two different keys, one is needed");
  });

  test("refuses AWS signatures with a hint", () => {
    const call = () => clientKey(headers({ authorization: "AWS4-HMAC-SHA256 Credential=AKIA/…".replace("…", "x") }));
    expect(call).toThrow("AWS_BEARER_TOKEN_BEDROCK");
  });
});
