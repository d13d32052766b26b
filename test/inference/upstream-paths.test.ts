import { afterAll, describe, expect, test } from "bun:test";
import { providerSchema } from "#config/provider-schema";
import type { Snapshot } from "#core/snapshot";
import { hashSecret } from "#core/virtual-key";
import { inferenceWith, scratchPipeline, textOf } from "#fixtures/scratch-pipeline";
import { scratchGovernance, settingsOf } from "#governance/fixtures/scratch-governance";
import { compileProvider } from "#snapshot/compile";
import { scriptedProvider } from "../extending/scripted-provider.ts";

const governance = scratchGovernance();
afterAll(governance.remove);

const secret = "hg-paths";
const messages = [{ role: "user", content: "hi" }];
const asks = {
  completion: { dialect: "openai-chat", operation: "completion", body: { messages } },
  "text-completion": { dialect: "openai-chat", operation: "text-completion", body: { prompt: "hi" } },
  embeddings: { dialect: "openai-chat", operation: "embeddings", body: { input: "hi" } },
  messages: { dialect: "anthropic-messages", operation: "completion", body: { messages, max_tokens: 5 } },
  "count-tokens": { dialect: "anthropic-messages", operation: "count-tokens", body: { messages } },
};

/** Asks a provider that is configured like this, as the file would; gives the URL that was called, and the answer. */
async function ask(config: object, kind: keyof typeof asks) {
  const provider = compileProvider(
    {
      id: "p",
      config: providerSchema.parse({ base_url: "http://127.0.0.1:1", ...config }),
      keys: [{ id: "k", name: "k", secret: "s", weight: 1 }],
    },
    undefined,
  );
  const snapshot: Snapshot = {
    sequence: 1,
    settings: settingsOf(),
    virtualKeys: new Map([[hashSecret(secret), governance.key()]]),
    routes: new Map(),
    providers: new Map([["p", { ...provider, models: new Map() }]]),
    teams: new Map(),
    customers: new Map(),
    limits: [],
    prices: [],
  };
  const { asked, upstream } = scriptedProvider({});
  const { ledger, journal } = governance;
  const infer = scratchPipeline({ ledger, journal, snapshot: () => snapshot, upstream });
  const { body, ...rest } = asks[kind];
  const response = await infer(inferenceWith({ model: "p/m", ...body }, { ...rest, secret: () => secret }));
  return {
    urls: asked.map(({ url }) => url.replace("http://127.0.0.1:1", "")),
    status: response.status,
    text: await textOf(response),
  };
}

const chat = (path: string, paths?: object) => ({ dialects: [{ name: "openai-chat", path, ...(paths && { paths }) }] });
const claude = (path: string) => ({ dialects: [{ name: "anthropic-messages", path }] });

describe("a configured path leads every operation beside it", () => {
  const azure = "/openai/deployments/d/chat/completions?api-version=2024-10-21";
  const rows: readonly (readonly [config: object, kind: keyof typeof asks, url: string])[] = [
    [chat(azure), "completion", azure],
    [chat(azure), "embeddings", "/openai/deployments/d/embeddings?api-version=2024-10-21"],
    [chat(azure), "text-completion", "/openai/deployments/d/completions?api-version=2024-10-21"],
    [chat("/openai/deployments/{model}/chat/completions"), "embeddings", "/openai/deployments/m/embeddings"],
    [chat("/v1/chat/completions/"), "completion", "/v1/chat/completions/"],
    [chat("/v1/chat/completions/"), "embeddings", "/v1/embeddings/"],
    [chat("/v1/chat/completions/"), "text-completion", "/v1/completions/"],
    [chat("/serve/llm/chat"), "completion", "/serve/llm/chat"],
    [chat("/serve/llm/chat", { embeddings: "/serve/embed" }), "embeddings", "/serve/embed"],
    [claude("/v1/messages?beta=true"), "messages", "/v1/messages?beta=true"],
    [claude("/v1/messages?beta=true"), "count-tokens", "/v1/messages/count_tokens?beta=true"],
  ];
  for (const [config, kind, url] of rows) {
    test(`${kind} at ${url}`, async () => expect((await ask(config, kind)).urls).toEqual([url]));
  }
});

test("where no path can be derived nothing is sent, and the answer says what to set", async () => {
  const { urls, status, text } = await ask(chat("/serve/llm/chat"), "embeddings");
  expect(urls).toEqual([]);
  expect(status).toBe(404);
  expect(text).toContain('has a path for embeddings: set it with \\"paths\\"');
});

test("legacy completions are asked as a chat where no path can be derived for them", async () => {
  expect((await ask(chat("/serve/llm/chat"), "text-completion")).urls).toEqual(["/serve/llm/chat"]);
});

test("what a provider of one's own lacks is asked as what stands in for it, or not at all", async () => {
  const config = { dialects: [{ name: "openai-chat", lacks: ["text-completion", "embeddings"] }] };
  expect((await ask(config, "text-completion")).urls).toEqual(["/chat/completions"]);
  expect((await ask(config, "completion")).urls).toEqual(["/chat/completions"]);
  const { status, urls } = await ask(config, "embeddings");
  expect({ status, urls }).toEqual({ status: 404, urls: [] });
  const wrong = { base_url: "http://127.0.0.1:1", dialects: [{ name: "openai-chat", lacks: ["completions"] }] };
  expect(providerSchema.safeParse(wrong).error?.message).toContain("is no operation of openai-chat");
});

test("a path is refused for an operation that the dialect does not have, by name", () => {
  const wrong = { base_url: "http://127.0.0.1:1", ...chat("/chat/completions", { embedings: "/x" }) };
  const { error } = providerSchema.safeParse(wrong);
  expect(error?.message).toContain("is no operation of openai-chat: it has completion, text-completion, embeddings");
});
