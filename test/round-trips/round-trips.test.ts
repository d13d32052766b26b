import { afterAll, beforeAll, describe, test } from "bun:test";
import { startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { startHeadgate } from "../harness/start-headgate.ts";
import { chatClient, plainChatClient } from "./chat-client.ts";
import { type Bench, type Form, hold } from "./conversation.ts";
import { converseClient } from "./converse-client.ts";
import { geminiClient } from "./gemini-client.ts";
import { messagesClient } from "./messages-client.ts";
import { otherModels, type Provider, providers } from "./providers.ts";
import { responsesClient } from "./responses-client.ts";

const clients = [chatClient, plainChatClient, messagesClient, responsesClient, geminiClient, converseClient];
const forms: readonly Form[] = ["whole", "stream"];
const isFull = process.env.HEADGATE_TEST_FULL === "1";
/** Every two providers, and the models of one that take different things. */
const pairs = [
  ...providers.flatMap((first) => providers.filter((one) => one !== first).map((second) => ({ first, second }))),
  ...otherModels.flatMap((other) => {
    const [known] = providers.filter(({ id }) => id === other.id);
    return known === undefined
      ? []
      : [
          { first: known, second: other },
          { first: other, second: known },
        ];
  }),
];

let bench: Bench;
beforeAll(async () => {
  const provider = await startFakeProvider();
  const ids = [...new Map(providers.map((each) => [each.id, each])).values()];
  const gateway = await startHeadgate({
    config: {
      settings: { content_logging: "off" },
      providers: Object.fromEntries(
        ids.map(({ dialect, id }) => [
          id,
          {
            dialect,
            base_url: `${provider.url}/as/${id}${dialect === "gemini" || dialect === "bedrock-converse" ? "" : "/v1"}`,
            auth: "bearer",
            keys: [{ name: "main", value: provider.key }],
            retries: { max: 0 },
          },
        ]),
      ),
      routes: pairs.map(({ first, second }) => ({
        alias: aliasOf(first, second),
        targets: [{ model: nameOf(first) }],
        fallbacks: [nameOf(second)],
      })),
    },
  });
  bench = { gateway, provider };
});
afterAll(async () => {
  await bench.gateway.stop();
  await bench.provider.stop();
});

for (const client of clients) {
  describe(`a client of ${client.name}`, () => {
    for (const form of forms)
      for (const provider of [...providers, ...otherModels])
        test(`holds a conversation of three turns with ${nameOf(provider)}, ${form}`, () =>
          hold({ client, form, model: nameOf(provider), first: provider, second: provider }, bench));

    for (const [index, { first, second }] of pairs.entries())
      for (const form of isFull ? forms : [forms[index % 2] ?? "whole"])
        test(`is carried from ${nameOf(first)} to ${nameOf(second)} and back, ${form}`, () =>
          hold({ client, form, model: aliasOf(first, second), first, second }, bench));
  });
}

function nameOf({ id, model }: Provider): string {
  return `${id}/${model}`;
}

function aliasOf(first: Provider, second: Provider): string {
  return `${first.model}-then-${second.model}`.replaceAll(/[^\w.-]/g, "_");
}
