import { afterAll, describe, expect, test } from "bun:test";
import { budget, concurrency } from "#governance/fixtures/plain-limits";
import { scratchGovernance } from "#governance/fixtures/scratch-governance";
import { laidOut } from "#lib/pieced-bytes";
import { type Answer, placeAt, serveObjects } from "./fixtures/object-store";

const governance = scratchGovernance();
afterAll(governance.remove);

const one =
  '{"id": "chatcmpl-Q1",\n "object":"chat.completion","created":1.0,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"chatcmpl-Q1"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5},"x":1e400}';
const asking = { model: "m", messages: [{ role: "user", content: "hi" }] };

/** Two keys of one provider and another provider; the answer to a completion is `one`. */
function served(answer: (url: string, method: string) => Answer = () => [200, one], contentType?: string) {
  const keys = { "hg-a": governance.key(), "hg-b": governance.key() };
  const targets = [placeAt("first", "k1"), placeAt("first", "k2"), placeAt("second", "k3")];
  return serveObjects({
    governance,
    targets,
    keys,
    answer: ({ method, url }) => answer(url, method),
    ...(contentType !== undefined && { contentType }),
  });
}

const idIn = (text: string) => /"id": ?"([^"]+)"/.exec(text)?.[1] ?? "";

describe("stored completions", () => {
  test("are told under an id of ours, with every other byte the provider's", async () => {
    const { ask, asked } = served();
    const made = await ask("POST", "/v1/chat/completions", "hg-a", { ...asking, store: true });
    const id = idIn(made.text);
    expect(id).toStartWith("chatcmpl_hg_");
    expect(made.text).toBe(one.replace("chatcmpl-Q1", id));
    const again = await ask("POST", "/v1/chat/completions", "hg-a", { ...asking, store: true });
    const keyOf = (index: number) => asked[index]?.headers.authorization;
    expect(again.text === made.text).toBe(keyOf(0) === keyOf(1));
    expect((await ask("POST", "/v1/chat/completions", "hg-a", asking)).text).toBe(one);
  });

  test("are asked for at their provider with their key, and nowhere else", async () => {
    const { ask, asked } = served();
    for (let round = 0; round < 12; round++) {
      const made = await ask("POST", "/v1/chat/completions", "hg-a", { ...asking, store: true });
      const created = asked.at(-1);
      const got = await ask("GET", `/v1/chat/completions/${idIn(made.text)}?x=1`, "hg-a");
      expect(got.text).toBe(made.text);
      expect(asked.at(-1)).toMatchObject({ method: "GET", url: `${created?.url}/chatcmpl-Q1?x=1` });
      expect(asked.at(-1)?.headers.authorization).toBe(created?.headers.authorization ?? "");
      expect(asked.at(-1)?.headers).not.toHaveProperty("content-type");
    }
  });

  test("are neither found by another key nor under a changed id, and no provider is asked", async () => {
    const { ask, asked } = served();
    const id = idIn((await ask("POST", "/v1/chat/completions", "hg-a", { ...asking, store: true })).text);
    const other = id.endsWith("A") ? "B" : "A";
    const tries = [
      ["hg-b", id],
      ["hg-a", `${id.slice(0, -1)}${other}`],
      ["hg-a", id.replace("chatcmpl", "resp")],
      ["hg-a", `${id}AA`],
      ["hg-a", "chatcmpl_hg_"],
    ] as const;
    for (const [secret, tried] of tries) {
      const found = await ask("GET", `/v1/chat/completions/${tried}`, secret);
      expect(found.status).toBe(404);
      expect(found.headers["x-headgate-error"]).toBe("not_found");
      expect(JSON.parse(found.text).error.message).toContain("Cannot find");
    }
    expect(asked).toHaveLength(1);
    expect((await ask("GET", "/v1/chat/completions/chatcmpl-Q1", "hg-b")).status).toBe(404);
    expect(asked).toHaveLength(1);
  });

  test("are changed and deleted, with the body as it came", async () => {
    const { ask, asked } = served((_, method) => [
      200,
      method === "POST" ? one : '{"id":"chatcmpl-Q1","deleted":true}',
    ]);
    const id = idIn((await ask("POST", "/v1/chat/completions", "hg-a", { ...asking, store: true })).text);
    const body = '{ "metadata": {"tags": "a", "n":"1"} }';
    expect((await ask("POST", `/v1/chat/completions/${id}`, "hg-a", body)).status).toBe(200);
    expect(Buffer.from(laidOut(asked.at(-1)?.body ?? "")).toString()).toBe(body);
    expect(asked.at(-1)?.headers["content-type"]).toBe("application/json");
    const deleted = await ask("DELETE", `/v1/chat/completions/${id}`, "hg-a");
    expect(deleted.text).toBe(`{"id":"${id}","deleted":true}`);
    expect(asked.at(-1)).toMatchObject({ method: "DELETE" });
  });

  test("have an id of ours in every event of a stream, which is otherwise the provider's", async () => {
    const event = (delta: string, rest = "") =>
      `data: {"id":"chatcmpl-Q1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"${delta}"},"finish_reason":null}]${rest}}\n\n`;
    const last = event("c").replace('"finish_reason":null', '"finish_reason":"stop"');
    const stream = [
      event("chatcmpl-Q1"),
      event('\\"id\\":\\"chatcmpl-Q1\\"'),
      ": alive\n\n",
      event("b", ',"x":1.0'),
      last,
      "data: [DONE]\n\n",
    ];
    const { ask } = served(() => [200, ...stream], "text/event-stream");
    const made = await ask("POST", "/v1/chat/completions", "hg-a", { ...asking, store: true, stream: true });
    const id = idIn(made.text);
    expect(made.text).toBe(stream.join("").replaceAll('{"id":"chatcmpl-Q1"', `{"id":"${id}"`));
  });

  test("are refused clearly where their provider or key is gone", async () => {
    const { ask, asked, state } = served();
    const id = idIn((await ask("POST", "/v1/chat/completions", "hg-a", { ...asking, store: true })).text);
    state.targets = [placeAt("third", "k9")];
    const found = await ask("GET", `/v1/chat/completions/${id}`, "hg-a");
    expect(found.status).toBe(404);
    expect(found.text).toContain("configured no more");
    expect(asked).toHaveLength(1);
  });

  test("keep the provider's own errors, in which they have the client's id", async () => {
    const error = {
      error: { message: "Completion chatcmpl-Q1 not found", type: "invalid_request_error", param: null, code: null },
    };
    const { ask } = served((_, method) => (method === "POST" ? [200, one] : [404, JSON.stringify(error)]));
    const id = idIn((await ask("POST", "/v1/chat/completions", "hg-a", { ...asking, store: true })).text);
    const found = await ask("GET", `/v1/chat/completions/${id}`, "hg-a");
    expect(found.status).toBe(404);
    expect(JSON.parse(found.text).error.message).toBe(`Completion ${id} not found`);
  });
});

describe("what concerns a provider's whole account", () => {
  const page =
    '{"object":"list","data":[{"id":"chatcmpl-Q1","choices":[]}],"first_id":"chatcmpl-Q1","last_id":"chatcmpl-Q1","has_more":true}';

  test("is for keys whose endpoints name passthrough, once another key has asked anything", async () => {
    const { ask, asked: all, state } = served((_, method) => [200, method === "POST" ? one : page]);
    await ask("POST", "/v1/chat/completions", "hg-b", asking);
    const asked = all.splice(0) && all;
    for (const [method, path] of [
      ["GET", "/v1/chat/completions"],
      ["DELETE", "/v1/models/m"],
      ["GET", "/v1/chat/completions/raw"],
    ] as const) {
      const refused = await ask(method, path, "hg-a");
      expect(refused.status).toBe(path.endsWith("raw") ? 404 : 403);
    }
    expect(asked).toHaveLength(0);
    state.keys = { ...state.keys, "hg-a": governance.key([], { endpoints: ["*", "passthrough"] }) };
    const listed = await ask("GET", "/v1/chat/completions?limit=1", "hg-a");
    const id = idIn(listed.text);
    expect(listed.text).toBe(page.replaceAll('"chatcmpl-Q1"', `"${id}"`));
    await ask("GET", `/v1/chat/completions?after=${id}&limit=1`, "hg-a");
    expect(asked.at(-1)?.url).toBe("http://first/v1/chat/completions?after=chatcmpl-Q1&limit=1");
  });

  test("is for the only key that was used, and tries the providers in order", async () => {
    const { ask, asked } = served((url) =>
      url.startsWith("http://first") ? [404, "{}"] : [200, '{"id":"x","object":"model","deleted":true}'],
    );
    expect((await ask("DELETE", "/v1/models/ft%3Am", "hg-a")).text).toBe('{"id":"x","object":"model","deleted":true}');
    expect(asked.map(({ url }) => url)).toEqual(["http://first/v1/models/ft%3Am", "http://second/v1/models/ft%3Am"]);
    await ask("DELETE", "/v1/models/second%2Fft%3Am", "hg-a");
    expect(asked.at(-1)?.url).toBe("http://second/v1/models/ft%3Am");
  });
});

describe("what is done with stored objects", () => {
  test("is recorded, counted, and charged nothing", async () => {
    const { ask, state } = served();
    const key = governance.key([budget(1000)].map(governance.limit));
    state.keys = { ...state.keys, "hg-a": key };
    const made = await ask("POST", "/v1/chat/completions", "hg-b", { ...asking, store: true });
    expect(made.status).toBe(200);
    state.keys = { ...state.keys, "hg-b": { ...(state.keys["hg-b"] ?? key), limits: key.limits } };
    const got = await ask("GET", `/v1/chat/completions/${idIn(made.text)}`, "hg-b");
    expect(got.status).toBe(200);
    const record = governance.records.at(-1);
    expect(record).toMatchObject({ endpoint: "chat.completions.retrieve", status: 200, outcome: "ok", askedModel: "" });
    expect(record?.usage).toBeUndefined();
    expect(record).not.toHaveProperty("model");
    expect(record?.charges.filter(({ amount }) => amount > 1)).toEqual([]);
    expect(got.headers).not.toHaveProperty("x-headgate-model");
  });

  test("is held by limits in requests, also where the provider breaks its answer off", async () => {
    const { ask, asked, state } = served((_, method) => [200, method === "POST" ? one : one.slice(0, 40)]);
    const { "hg-a": key } = state.keys;
    if (key === undefined) throw new RangeError("There is no key");
    const id = idIn((await ask("POST", "/v1/chat/completions", "hg-a", { ...asking, store: true })).text);
    const cut = await ask("GET", `/v1/chat/completions/${id}`, "hg-a");
    expect(cut.headers["x-headgate-error"]).toBe("upstream_invalid_response");
    expect(governance.records.at(-1)).toMatchObject({
      endpoint: "chat.completions.retrieve",
      outcome: "error",
      status: 502,
    });
    expect(governance.records.at(-1)?.usage).toBeUndefined();
    const limits = [governance.limit(concurrency(0))];
    state.keys = { ...state.keys, "hg-a": { ...key, limits } };
    const calls = asked.length;
    const refused = await ask("GET", `/v1/chat/completions/${id}`, "hg-a");
    expect([refused.status, refused.headers["x-headgate-error"]]).toEqual([429, "too_many_concurrent"]);
    expect(asked.length).toBe(calls);
  });

  test("goes by the policy of the endpoint that it belongs to", async () => {
    const { ask, asked, state } = served();
    const id = idIn((await ask("POST", "/v1/chat/completions", "hg-a", { ...asking, store: true })).text);
    const { "hg-a": key } = state.keys;
    if (key === undefined) throw new RangeError("There is no key");
    state.keys = { ...state.keys, "hg-a": { ...key, endpoints: ["chat.completions"] } };
    expect((await ask("GET", `/v1/chat/completions/${id}`, "hg-a")).status).toBe(200);
    state.keys = { ...state.keys, "hg-a": { ...key, endpoints: ["embeddings"] } };
    expect((await ask("GET", `/v1/chat/completions/${id}`, "hg-a")).status).toBe(403);
    state.keys = { ...state.keys, "hg-a": { ...key, blocked: ["first/*", "second/*"] } };
    expect((await ask("GET", `/v1/chat/completions/${id}`, "hg-a")).headers["x-headgate-error"]).toBe(
      "model_not_allowed",
    );
    expect(asked).toHaveLength(2);
  });
});
