import { afterAll, expect, test } from "bun:test";
import { waitUntil } from "../harness/wait-until.ts";
import { startGatedProvider } from "./gated-provider.ts";
import { patientProviders, startLimitedGateway } from "./limited-gateway.ts";

const provider = startGatedProvider();
const { addKey, ask } = await startLimitedGateway({
  config: { settings: { content_logging: "off" }, providers: patientProviders(provider.url) },
});
afterAll(() => provider.stop());

/** What a request may use beside the bytes of its body and the limit on its output, as the documentation bounds it. */
const demanding: readonly {
  readonly name: string;
  readonly more: object;
  readonly tokens: (bytes: number) => number;
}[] = [
  { name: "three answers", more: { n: 3 }, tokens: (bytes) => bytes + 128 + 3 * 16 },
  {
    name: "tools",
    more: { tools: [{ type: "function", function: { name: "look", parameters: { type: "object" } } }] },
    tokens: (bytes) => bytes + 128 + 1024 + 16,
  },
  {
    name: "an image somewhere else",
    more: {
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://example.com/a.png" } }] }],
    },
    tokens: (bytes) => bytes + 128 + 200_000 + 16,
  },
  {
    name: "an image in the body",
    more: {
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }] }],
    },
    tokens: (bytes) => bytes - 4 + 128 + 65_536 + 16,
  },
];

for (const { name, more, tokens } of demanding) {
  test(`a request with ${name} is held for what that may use`, async () => {
    const k = 7;
    const messages = [{ role: "user", content: "hello" }];
    const body = JSON.stringify({ model: "oai/fake-gpt", max_tokens: 16, messages, ...more });
    const limit = (k + 1) * tokens(body.length) - 1;
    const { secret } = await addKey({ name, budgets: [{ limit_tokens: limit, period: "1d" }] });
    provider.close();
    let refused = 0;
    const asked = Array.from({ length: 20 }, async () => {
      const response = await ask(secret, "/v1/chat/completions", body);
      if (response.status !== 200) refused += 1;
      await response.text();
      return response.status;
    });
    await waitUntil("all to be decided", () => provider.waiting() + refused === 20).finally(provider.open);
    expect((await Promise.all(asked)).filter((status) => status === 200)).toHaveLength(k);
  });
}
