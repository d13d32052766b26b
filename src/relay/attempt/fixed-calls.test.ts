import { describe, expect, test } from "bun:test";
import type { AuthSchemes } from "#providers/auth/schemes";
import { createSigner } from "#providers/auth/signer";
import { createTargets } from "#routing/fixtures/targets";
import { FixedCalls } from "./fixed-calls";

const schemes: AuthSchemes = {
  bearer: { headers: (secret) => ({ authorization: `Bearer ${secret}` }) },
  signed: { sign: ({ url }) => ({ url, headers: {} }) },
};

describe("FixedCalls", () => {
  const { target } = createTargets();
  const asked = target("a");
  const json = "application/json";

  test("find() gives the same headers, with the key, for the same target, path and media type", () => {
    const calls = new FixedCalls(createSigner(schemes));
    const known = { ...asked, provider: { ...asked.provider, auth: "bearer" } };
    const first = calls.find(known, "/chat", json);
    expect(first?.url).toBe(`${known.provider.baseUrl}/chat`);
    expect(first?.headers).toMatchObject({ authorization: `Bearer ${known.key.secret}`, accept: json });
    expect(calls.find(known, "/chat", json)?.headers).toBe(first?.headers ?? {});
    expect(calls.find(known, "/chat", "text/event-stream")?.headers.accept).toBe("text/event-stream");
    expect(calls.find(known, "/other", json)?.url).toBe(`${known.provider.baseUrl}/other`);
    expect(calls.find({ ...known, key: { ...known.key, secret: "t" } }, "/chat", json)?.headers.authorization).toBe(
      "Bearer t",
    );
  });

  test("find() gives none where each request is signed", () => {
    const calls = new FixedCalls(createSigner(schemes));
    expect(calls.find({ ...asked, provider: { ...asked.provider, auth: "signed" } }, "/chat", json)).toBeUndefined();
  });
});
