import { describe, expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import { clientKey, providerCredential } from "./client-key";

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
    [{ "x-headgate-key": "hg-1", authorization: "Bearer sk-ant-oat01-x" }, "hg-1"],
    [{ "x-litellm-api-key": "Bearer hg-1", authorization: "Bearer sk-ant-oat01-x", "x-api-key": "other" }, "hg-1"],
    [{ "x-bf-vk": "hg-1", authorization: "Basic dXNlcjpwYXNz" }, "hg-1"],
    [{ "x-portkey-api-key": "hg-1", authorization: "Bearer sk-1" }, "hg-1"],
    [{ "x-headgate-key": "hg-1", "x-litellm-api-key": "hg-1" }, "hg-1"],
    [{ "x-headgate-key": "hg-1", authorization: "AWS4-HMAC-SHA256 Credential=AKIAx" }, "hg-1"],
    [{ "x-headgate-key": "", authorization: "Bearer hg-1" }, "hg-1"],
    [{ "x-headgate-key": " ", "x-api-key": "hg-1" }, "hg-1"],
  ];
  for (const [init, key] of found) {
    test(`finds ${key ?? "none"} in ${JSON.stringify(init)}`, () => expect(clientKey(headers(init))).toBe(key));
  }

  test("refuses two different keys, without showing them", () => {
    const call = () => clientKey(headers({ "x-api-key": "hg-1", authorization: "Bearer hg-2" }));
    expect(call).toThrow(GatewayError);
    expect(call).toThrow("The request carries two different keys, one is needed");
    expect(() => clientKey(headers({ "x-headgate-key": "hg-1", "x-bf-vk": "hg-2" }))).toThrow("two different keys");
  });

  test("refuses AWS signatures with a hint", () => {
    const call = () => clientKey(headers({ authorization: "AWS4-HMAC-SHA256 Credential=AKIA/…".replace("…", "x") }));
    expect(call).toThrow("AWS_BEARER_TOKEN_BEDROCK");
  });
});

describe("providerCredential()", () => {
  const found: readonly (readonly [Record<string, string>, ReturnType<typeof providerCredential>])[] = [
    [{ authorization: "Bearer sk-ant-oat01-x" }, undefined],
    [{ "x-api-key": "hg-1", authorization: "Bearer sk-x" }, undefined],
    [
      { "x-headgate-key": "hg-1", authorization: "Bearer sk-x" },
      { scheme: "bearer", secret: "sk-x" },
    ],
    [
      { "x-headgate-key": "hg-1", "x-api-key": "sk-x" },
      { scheme: "x-api-key", secret: "sk-x" },
    ],
    [
      { "x-bf-vk": "hg-1", "api-key": "k" },
      { scheme: "api-key", secret: "k" },
    ],
    [{ "x-headgate-key": "own", authorization: "Bearer own" }, undefined],
    [{ "x-headgate-key": "own", authorization: "Bearer hg-other" }, undefined],
    [{ "x-headgate-key": "own", authorization: "Bearer hga-admin" }, undefined],
    [{ "x-headgate-key": "own" }, undefined],
  ];
  for (const [init, credential] of found) {
    test(`finds ${JSON.stringify(credential)} in ${JSON.stringify(init)}`, () =>
      expect(providerCredential(headers(init))).toEqual(credential));
  }
});
