import { expect, test } from "bun:test";
import { ask, startPair, twoProviders } from "../e2e/start-pair.ts";
import { pick } from "../harness/pick.ts";
import { testKey } from "../harness/start-headgate.ts";

const keys = { narrow: "hg-narrow-names-0123456789", blocked: "hg-blocked-names-0123456789" };
const { gateway, provider } = await startPair({
  configure: (url) => {
    const { providers } = twoProviders(url);
    return {
      providers: { ...providers, gem: { ...providers.oai, dialect: "gemini", base_url: `${url}/v1beta` } },
      routes: [{ alias: "written-so", targets: [{ model: "gem/models/fake-gpt" }] }],
      virtual_keys: [
        { name: "test", value: testKey },
        { name: "narrow", value: keys.narrow, models: ["gem/fake-g*"] },
        { name: "blocked", value: keys.blocked, blocked: ["gem/fake-claude"] },
      ],
    };
  },
});

/** How Google's clients, of the Gemini API and of Vertex, spell `gem/x`. */
const spellings = (model: string) => [
  `gem/${model}`,
  `models/gem/${model}`,
  `gem/models/${model}`,
  `models/gem/models/${model}`,
  `gem/publishers/google/models/${model}`,
  `publishers/google/models/gem/${model}`,
  `publishers/gem/models/${model}`,
  `projects/p/locations/l/publishers/gem/models/${model}`,
];
const contents = [{ role: "user", parts: [{ text: "hello" }] }];
const methods = ["generateContent", "streamGenerateContent?alt=sse", "countTokens"];

/** Path and body of every way to ask for a name: by Google's paths raw and encoded, and by a chat, each whole and streamed. */
function asks(name: string): readonly (readonly [path: string, body: object])[] {
  const names = [...new Set([name, encodeURIComponent(name)])];
  const paths = names.flatMap((each) => [
    `/v1beta/models/${each}`,
    `/v1beta/${each}`,
    `/v1beta1/publishers/google/models/${each}`,
  ]);
  return [
    ...paths.flatMap((path) => methods.map((method) => [`${path}:${method}`, { contents }] as const)),
    ...[false, true].map((stream) => ["/v1/chat/completions", ask(name, "hello", { stream })] as const),
  ];
}

async function send(path: string, body: object, key: string = testKey) {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const response = await fetch(gateway.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, error: response.headers.get("x-headgate-error"), text: await response.text() };
}

for (const name of [...spellings("fake-gpt"), "written-so", "models/written-so"]) {
  test(`${name} reaches the provider's model under its own name, however it is asked`, async () => {
    for (const [path, body] of asks(name)) {
      await provider.reset();
      const { status, text } = await send(path, body);
      const seen = (await provider.log()).map((entry) => entry.path.replace(/:.*/, ""));
      expect([path, status, seen], text).toEqual([path, 200, ["/v1beta/models/fake-gpt"]]);
    }
  });
}

for (const name of spellings("fake-claude")) {
  test(`${name} leads around neither the list of a key nor what it may not use`, async () => {
    await provider.reset();
    for (const key of [keys.narrow, keys.blocked])
      for (const [path, body] of asks(name)) {
        const { error, status } = await send(path, body, key);
        expect([path, status, error]).toEqual([path, 403, "model_not_allowed"]);
      }
    expect(await provider.log()).toEqual([]);
  });
}

test("a fallback that a request names counts by its plain name, for the provider and against what the key may not use", async () => {
  for (const model of ["gem/models/fake-claude", "models/gem/models/fake-claude"]) {
    const asked = ask("gem/fake-gpt", "[[status:500]]", { fallbacks: [model] });
    const asksAt = async (key: string) => {
      await provider.reset();
      await send("/v1/chat/completions", asked, key);
      return (await provider.log()).map(({ path }) => path.replace(/.*models\/|:.*/g, ""));
    };
    expect([model, await asksAt(testKey)]).toEqual([model, ["fake-gpt", "fake-claude"]]);
    expect([model, await asksAt(keys.blocked)]).toEqual([model, ["fake-gpt"]]);
  }
});

test("one model is read under every spelling, and not by a key that may not use it", async () => {
  for (const name of spellings("fake-gpt").slice(0, 5)) {
    const read = (key: string) => fetch(`${gateway.url}/v1beta/models/${name}`, { headers: { "x-goog-api-key": key } });
    const found = await read(keys.narrow);
    expect([name, found.status, pick(await found.json(), "name")]).toEqual([name, 200, "models/gem/fake-gpt"]);
  }
  for (const name of spellings("fake-claude").slice(0, 5)) {
    const hidden = await fetch(`${gateway.url}/v1beta/models/${name}`, { headers: { "x-goog-api-key": keys.narrow } });
    expect([name, hidden.status]).toEqual([name, 404]);
  }
});
