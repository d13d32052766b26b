import { afterAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { scratchGovernance } from "#governance/fixtures/scratch-governance";
import { laidOut } from "#lib/pieced-bytes";
import { type AuthSchemeEntry, type AuthSchemes, authSchemes } from "#providers/auth/schemes";
import { createSigner } from "#providers/auth/signer";
import { scriptedProvider } from "./scripted-provider";
import { serveToy } from "./serve-toy";

const governance = scratchGovernance();
afterAll(governance.remove);

/** Signs method, URL, a header and the body, and fetches a token first. */
const signed: AuthSchemeEntry = {
  sign: async ({ method, url, headers, body }, secret) => {
    const token = await Promise.resolve("token");
    const digest = createHash("sha256").update([method, url, headers["content-type"], body, secret].join("\n"));
    return { url: `${url}&token=${token}`, headers: { ...headers, "x-signature": digest.digest("hex") } };
  },
};

function ask(auth: string, schemes: AuthSchemes) {
  const provider = scriptedProvider({
    "/ask?v=1": ['{"said":"a","tokens":1}'],
    "token=token": ['{"said":"b","tokens":1}'],
  });
  const services = { signer: createSigner(schemes) };
  const served = serveToy({ governance, upstream: provider.upstream, spoken: "toy", provider: { auth }, services });
  return { provider, answer: served("/toy/ask", { say: "hi", model: "m" }) };
}

test("a scheme that is added to the table signs the whole request, and is waited for", async () => {
  const { answer, provider } = ask("signed", { ...authSchemes, signed });
  expect(await answer).toMatchObject({ status: 200, text: '{"said":"b","tokens":1}' });
  const [request] = provider.asked;
  const url = "http://p/m%20x/ask?v=1";
  const digest = createHash("sha256").update(["POST", url, "application/json", laidOut(request?.body), "s"].join("\n"));
  expect(request?.url).toBe(`${url}&token=token`);
  expect(request?.headers["x-signature"]).toBe(digest.digest("hex"));
});

test("a scheme of constant headers is applied without a turn of the event loop", () => {
  const { sign } = createSigner(authSchemes);
  for (const [auth, header] of [
    ["bearer", { authorization: "Bearer s" }],
    ["x-api-key", { "x-api-key": "s" }],
    ["api-key", { "api-key": "s" }],
    ["none", {}],
  ] as const) {
    const request = { method: "POST", url: "http://p", headers: {}, body: "" } as const;
    const key = { id: "k", name: "k", secret: "s", weight: 1 };
    expect(sign(request, { provider: { id: "p", auth }, key })).toEqual({ url: "http://p", headers: header });
  }
});

test("a provider whose scheme is unknown is not asked at all", async () => {
  const { answer, provider } = ask("sigv9", authSchemes);
  expect(await answer).toMatchObject({ status: 503, text: '{"oops":"no_target_available"}' });
  expect(provider.asked).toHaveLength(0);
});

test("a scheme without an entry, or with one that does nothing, does not compile", () => {
  // @ts-expect-error It neither makes headers nor signs.
  const idle: AuthSchemeEntry = {};
  // @ts-expect-error It gives no request back.
  const lossy: AuthSchemeEntry = { sign: () => undefined };
  expect([idle, lossy]).toHaveLength(2);
});
