import { expect, test } from "bun:test";
import type { Answer } from "../fake-provider/script.ts";
import { freePort } from "../harness/free-port.ts";
import { readAllSse } from "../harness/read-sse.ts";
import { ask, startPair, textOf, twoProviders } from "./start-pair.ts";

const deadPort = await freePort();
const failures: readonly [string, Answer][] = [
  ["429", { kind: "error", status: 429 }],
  ["500", { kind: "error", status: 500 }],
  ["503", { kind: "error", status: 503 }],
  ["529", { kind: "error", status: 529 }],
  ["a reset", { kind: "reset" }],
  ["a close", { kind: "close" }],
  ["no headers in time", { kind: "never" }],
];
/** A provider for each test: one that failed is held back for a while, and would not be asked first again. */
const cases = [true, false].flatMap((stream) => failures.map(([name]) => `${name} ${stream}`));
const names = [...cases, "no token", "bad request", "all fail"];

function aliasOf(name: string): string {
  return `smart-${names.indexOf(name)}`;
}

const { gateway, provider, story } = await startPair({
  configure: (url) => {
    const { providers } = twoProviders(url, {
      timeouts: { connect_ms: 1000, headers_ms: 400, first_token_ms: 400, idle_ms: 2000 },
    });
    const dead = { ...providers.oai, base_url: `http://127.0.0.1:${deadPort}/v1` };
    return {
      providers: {
        ...providers,
        dead,
        ...Object.fromEntries(
          names.map((name) => [aliasOf(name), { ...providers.oai, base_url: `${url}/as/${aliasOf(name)}/v1` }]),
        ),
      },
      routes: [
        ...names.map((name) => ({
          alias: aliasOf(name),
          targets: [{ model: `${aliasOf(name)}/fake-gpt` }],
          fallbacks: ["ant/fake-claude"],
        })),
        { alias: "from-dead", targets: [{ model: "dead/fake-gpt" }], fallbacks: ["ant/fake-claude"] },
        {
          alias: "weighted",
          targets: [
            { model: "oai/fake-gpt", weight: 3 },
            { model: "ant/fake-claude", weight: 1 },
          ],
        },
      ],
    };
  },
});

for (const stream of [false, true]) {
  for (const [name, answer] of failures) {
    test(`the next target is tried after ${name}, ${stream ? "streamed" : "whole"}`, async () => {
      await provider.reset();
      await provider.script({ match: { path: "/chat/completions" }, answer });
      await expectAnsweredByAnt(aliasOf(`${name} ${stream}`), stream);
      const paths = (await provider.log()).map((entry) => entry.path.replace(/^\/as\/[^/]+/, ""));
      expect(paths).toEqual(["/v1/chat/completions", "/v1/messages"]);
    });
  }

  test(`the next target is tried when the first refuses the connection, ${stream ? "streamed" : "whole"}`, async () => {
    await provider.reset();
    await expectAnsweredByAnt("from-dead", stream);
  });
}

test("the next target is tried when the first sends headers and then no token", async () => {
  await provider.reset();
  await provider.script({ match: { path: "/chat/completions" }, answer: { kind: "default", firstEventDelayMs: 5000 } });
  await expectAnsweredByAnt(aliasOf("no token"), true);
});

test("a provider's 400 is the client's fault: no other target is tried", async () => {
  await provider.reset();
  await provider.script({ answer: { kind: "error", status: 400 } });
  const response = await gateway.post("/v1/chat/completions", ask(aliasOf("bad request"), "hello"));
  expect([response.status, (await provider.log()).length], await story()).toEqual([400, 1]);
});

test("when every target failed the client gets the last failure, once", async () => {
  await provider.reset();
  await provider.script({ answer: { kind: "error", status: 503 }, times: 0 });
  const response = await gateway.post("/v1/chat/completions", ask(aliasOf("all fail"), "hello"));
  expect(
    [response.status, response.headers.get("x-headgate-attempts"), response.headers.get("x-should-retry")],
    await story(),
  ).toEqual([502, "2", "false"]);
});

async function expectAnsweredByAnt(model: string, stream: boolean): Promise<void> {
  const response = await gateway.post("/v1/chat/completions", ask(model, "hello there", { stream }));
  const text = stream
    ? textOf((await readAllSse(response)).events.slice(0, -1).map((event) => JSON.parse(event.data)))
    : textOf([await response.json()]);
  const told = `${response.status} ${text}\n${await story()}`;
  expect([response.status, text], told).toEqual([200, "Echo: hello there"]);
  expect([response.headers.get("x-headgate-provider"), response.headers.get("x-headgate-attempts")], told).toEqual([
    "ant",
    "2",
  ]);
}
