import { afterAll, expect, test } from "bun:test";
import { type FakeProvider, startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { type Headgate, startHeadgate } from "../harness/start-headgate.ts";
import { call, type Got } from "./call.ts";
import type { Dialect } from "./scenario.ts";

/** These wait as long as the defaults do: `npm run test:full` runs them. */
const full = process.env.HEADGATE_TEST_FULL === "1";
const secret = "hg-default-timer-scenarios-0123456789abcdef0";
const dialects = ["openai-chat", "anthropic-messages"] as const;

let provider: FakeProvider | undefined;
let gateway: Headgate | undefined;
if (full) {
  provider = await startFakeProvider();
  const { url } = provider;
  const upstream = (id: string, dialect: Dialect, model: string) => ({
    dialect,
    base_url: `${url}/as/${id}/v1`,
    keys: [{ name: "k", value: "sk-fake-one" }],
    models: [{ id: model, price: { input: 1, output: 2 }, max_output: 4096 }],
  });
  gateway = await startHeadgate({
    config: {
      providers: {
        slow: upstream("slow", "openai-chat", "fake-gpt"),
        stalling: upstream("stalling", "openai-chat", "fake-gpt"),
        spare: upstream("spare", "anthropic-messages", "fake-claude"),
      },
      routes: ["slow", "stalling"].map((id) => ({
        alias: id,
        targets: [{ model: `${id}/fake-gpt` }],
        fallbacks: ["spare/fake-claude"],
      })),
      virtual_keys: [{ name: "timers", value: secret }],
    },
    workers: 1,
  });
  await provider.script(
    {
      match: { path: "/as/slow/" },
      times: 0,
      answer: { kind: "default", firstEventDelayMs: 20_000, headersDelayMs: 0 },
    },
    { match: { path: "/as/stalling/" }, times: 0, answer: { kind: "default", cutAfter: 41, ending: "stall" } },
  );
}
afterAll(async () => {
  await gateway?.stop();
  await provider?.stop();
});

test.skipIf(!full)(
  "20 s to the first token: the fallback's answer comes within 15 s, beneath headers that went out after 10",
  async () => {
    const answers = await Promise.all(dialects.map((dialect) => ask(dialect, "slow", "hello there")));
    for (const { text, complete, headers, ms } of answers) {
      expect([text, complete, headers["x-headgate-provider"]]).toEqual(["Echo: hello there", true, "slow"]);
      expect(ms).toBeLessThan(15_000);
    }
    expect((await provider?.log())?.filter(({ path }) => path.includes("/as/slow/")).length).toBe(dialects.length);
  },
  240_000,
);

test.skipIf(!full)(
  "a stream that stalls ends in an error within 45 s, by the default timers",
  async () => {
    const answers = await Promise.all(dialects.map((dialect) => ask(dialect, "stalling", "[[words:60]]")));
    for (const { text, complete, error, ms } of answers) {
      expect([text.split(" ").length, complete, error !== undefined]).toEqual([40, false, true]);
      expect(ms).toBeLessThan(45_000);
    }
  },
  240_000,
);

function ask(dialect: Dialect, model: string, content: string): Promise<Got> {
  const url = gateway?.url ?? "";
  return call({ url, secret, dialect, form: "stream", model, content, maxTokens: 100, requestId: model });
}
