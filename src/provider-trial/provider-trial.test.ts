import { describe, expect, test } from "bun:test";
import type { Provider, ProviderKey } from "#core/snapshot";
import { dialects } from "#dialects/registry";
import { authSchemes } from "#providers/auth/schemes";
import { createSigner } from "#providers/auth/signer";
import { providerDefinitions } from "#providers/registry";
import { compileProvider } from "#snapshot/compile";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamClient } from "#upstream/upstream";
import { createModelLister } from "./list-models";
import { createProviderTrial } from "./provider-trial";

const completion = {
  id: "c",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
};
const key: ProviderKey = { id: "k", name: "k", secret: "s-1", weight: 1 };

/** Answers one after the other, the last of them from then on. */
function benchFor(...answers: readonly object[]) {
  const asked: {
    readonly url: string;
    readonly headers: { readonly [name: string]: string };
    readonly body: string;
  }[] = [];
  const upstream: UpstreamClient = async ({ body, headers, url }) => {
    const answer = answers[asked.length] ?? answers.at(-1);
    asked.push({ url, headers, body: String(body) });
    return answerOfPieces(200, new Headers(), [new TextEncoder().encode(JSON.stringify(answer))]);
  };
  const signed = {
    sign: async (request: { url: string; headers: Record<string, string> }, secret: string) => ({
      url: request.url,
      headers: { ...request.headers, authorization: `Signed ${secret}` },
    }),
  };
  const parts = {
    dialects,
    signer: createSigner({ ...authSchemes, signed }),
    upstream,
    clock: { nowMs: () => 0, monotonicMs: () => 0 },
  };
  return { asked, tryProvider: createProviderTrial(parts), listModels: createModelLister(parts) };
}

function provider(id: string, auth?: string): Provider {
  const compiled = compileProvider({ id, config: {}, keys: [] }, providerDefinitions.get(id));
  return auth === undefined ? compiled : { ...compiled, auth };
}

describe("createProviderTrial()", () => {
  test.each([
    ["bearer", { authorization: "Bearer s-1" }],
    ["api-key", { "api-key": "s-1" }],
    ["x-api-key", { "x-api-key": "s-1" }],
    ["x-goog-api-key", { "x-goog-api-key": "s-1" }],
    ["signed", { authorization: "Signed s-1" }],
    ["none", {}],
  ])("tries a key by the scheme %s", async (auth, headers) => {
    const { asked, tryProvider } = benchFor(completion);
    expect(await tryProvider({ provider: provider("mistral", auth), key, model: "m" })).toMatchObject({
      outcome: "ok",
    });
    expect(asked[0]?.headers).toMatchObject(headers);
  });

  test("takes the scheme of a key that has its own", async () => {
    const { asked, tryProvider } = benchFor(completion);
    await tryProvider({ provider: provider("groq", "api-key"), key: { ...key, auth: "bearer" }, model: "m" });
    expect(asked[0]?.headers).toMatchObject({ authorization: "Bearer s-1" });
  });

  test("asks a provider of embeddings for one", async () => {
    const { asked, tryProvider } = benchFor({ data: [{ embedding: [1] }] });
    const { outcome } = await tryProvider({ provider: provider("voyage"), key, model: "voyage-3.5-lite" });
    expect([outcome, asked[0]?.url]).toEqual(["ok", "https://api.voyageai.com/v1/embeddings"]);
  });
});

test("createModelLister() reads the lists of OpenAI and Google", async () => {
  const listed = (answer: object) => benchFor(answer).listModels({ provider: provider("groq"), key });
  expect((await listed({ data: [{ id: "a" }, { id: "b" }] })).models).toEqual(["a", "b"]);
  expect((await listed({ models: [{ name: "models/a" }] })).models).toEqual(["a"]);
  expect(await listed({})).toMatchObject({ outcome: "ok", models: [] });
});

test("createModelLister() reads every page of the lists that come in pages", async () => {
  const first = { models: [{ name: "models/a" }], nextPageToken: "two/2" };
  const google = benchFor(first, { models: [{ name: "models/b" }] });
  expect((await google.listModels({ provider: provider("gemini"), key })).models).toEqual(["a", "b"]);
  expect(google.asked.map(({ url }) => new URL(url).search)).toEqual(["", "?pageToken=two%2F2"]);
  const anthropic = benchFor(
    { data: [{ id: "a" }], has_more: true, last_id: "a" },
    { data: [{ id: "b" }], has_more: false, last_id: "b" },
  );
  expect((await anthropic.listModels({ provider: provider("anthropic"), key })).models).toEqual(["a", "b"]);
  expect(anthropic.asked[1]?.url).toEndWith("/v1/models?after_id=a");
  const cohere = benchFor(
    { models: [{ name: "a" }], next_page_token: "soMe" },
    { models: [{ name: "b" }], next_page_token: "" },
  );
  expect((await cohere.listModels({ provider: provider("cohere"), key })).models).toEqual(["a", "b"]);
  expect(cohere.asked[1]?.url).toEndWith("/v1/models?page_token=soMe");
  // One that never ends is left.
  const endless = benchFor({ data: [{ id: "a" }], has_more: true, last_id: "a" });
  expect((await endless.listModels({ provider: provider("anthropic"), key })).models.length).toBe(50);
});
