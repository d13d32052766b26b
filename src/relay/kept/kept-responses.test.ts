import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scratchGovernance } from "#governance/fixtures/scratch-governance";
import { laidOut } from "#lib/pieced-bytes";
import type { UpstreamRequest } from "#upstream/upstream";
import { placeAt, serveObjects } from "../fixtures/object-store";

const governance = scratchGovernance();
const directory = mkdtempSync(join(tmpdir(), "headgate-kept-"));
afterAll(() => {
  governance.remove();
  rmSync(directory, { recursive: true, force: true });
});

const said = (content: string) =>
  JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  });

const streamed = (parts: readonly string[]) => {
  const chunk = (choice: object) =>
    `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m", choices: [choice] })}\n\n`;
  const finish = chunk({ index: 0, delta: {}, finish_reason: "stop" });
  return [...parts.map((content) => chunk({ index: 0, delta: { content } })), finish, "data: [DONE]\n\n"];
};

function served(targets = [placeAt("chat", "k1")], answer?: (request: UpstreamRequest, turn: number) => string[]) {
  let turn = 0;
  return serveObjects({
    governance,
    targets,
    directory,
    keys: {
      "hg-a": governance.key(),
      "hg-b": governance.key(),
      "hg-meta": governance.key([], { contentLogging: "metadata" }),
    },
    answer: (request) => {
      turn++;
      if (answer !== undefined) return [200, ...answer(request, turn)];
      const streams = request.streams === true;
      return [200, ...(streams ? streamed([`answer `, `${turn}`]) : [said(`answer ${turn}`)])];
    },
  });
}

const messagesIn = (request: UpstreamRequest | undefined) =>
  JSON.parse(Buffer.from(laidOut(request?.body ?? "{}")).toString()).messages.map(
    ({ content, role }: { content: unknown; role: string }) => `${role}: ${JSON.stringify(content)}`,
  );
const lastEvent = (text: string) => JSON.parse(text.slice(text.lastIndexOf("data: ") + 6)).response;

describe("a response that no provider stores", () => {
  test("is gone on from by its id at once, turn after turn, without the earlier instructions", async () => {
    const { ask, asked } = served();
    const input = [{ type: "message", role: "user", content: [{ type: "input_text", text: "I am Ada." }] }];
    const first = await ask("POST", "/v1/responses", "hg-a", {
      model: "m",
      input,
      stream: true,
      instructions: "BRIEF",
    });
    const one = lastEvent(first.text);
    expect(one).toMatchObject({ store: true, previous_response_id: null });
    expect(first.text.match(/resp_hg_[A-Za-z0-9_-]+/g)?.every((id) => id === one.id)).toBe(true);
    const second = await ask("POST", "/v1/responses", "hg-a", {
      model: "m",
      input: "Who?",
      previous_response_id: one.id,
    });
    const two = JSON.parse(second.text);
    expect(two).toMatchObject({ store: true, previous_response_id: one.id });
    await ask("POST", "/v1/responses", "hg-a", { model: "m", input: "And?", previous_response_id: two.id });
    const messages = messagesIn(asked[2]);
    expect(messages.join()).not.toContain("BRIEF");
    const order = ["I am Ada.", "answer 1", "Who?", "answer 2", "And?"].map((text) =>
      messages.findIndex((message: string) => message.includes(text)),
    );
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(governance.records.at(-1)).toMatchObject({ endpoint: "responses", outcome: "ok" });
  });

  test("is there item by item for its owner, whichever provider goes on", async () => {
    const { ask, asked, state } = served();
    const first = JSON.parse((await ask("POST", "/v1/responses", "hg-a", { model: "m", input: "hi" })).text);
    const name = { type: "item_reference", id: first.output[0].id };
    const written = '{"role":"user","content":"and 12345678901234567890.10","n":1.0}';
    const body = `{"model":"m","stop_after":1.0,"input":[${JSON.stringify(name)}, ${written}]}`;
    const next = await ask("POST", "/v1/responses", "hg-a", body);
    expect(next.status).toBe(200);
    expect(messagesIn(asked[1])).toEqual(['assistant: "answer 1"', 'user: "and 12345678901234567890.10"']);
    expect((await ask("POST", "/v1/responses", "hg-b", body)).status).toBe(404);
    expect((await ask("POST", "/v1/responses", "hg-a", body.replace("_0", "_7"))).status).toBe(404);
    expect(asked).toHaveLength(2);
    state.targets = [placeAt("own", "k2", "openai-responses")];
    await ask("POST", "/v1/responses", "hg-a", body);
    const passed = Buffer.from(laidOut(asked[2]?.body ?? "")).toString();
    expect(passed).toContain(`"input":[${JSON.stringify(first.output[0])},${written}]`);
  });

  test("is retrieved, its input listed, and deleted, by its owner alone", async () => {
    const { ask, asked } = served();
    const made = await ask("POST", "/v1/responses", "hg-a", { model: "m", input: "hi" });
    const { id } = JSON.parse(made.text);
    for (const path of [id, `${id}/input_items`]) {
      expect((await ask("GET", `/v1/responses/${path}`, "hg-b")).status).toBe(404);
    }
    expect((await ask("DELETE", `/v1/responses/${id}`, "hg-b")).status).toBe(404);
    const got = await ask("GET", `/v1/responses/${id}`, "hg-a");
    expect(got.text).toBe(made.text);
    expect(governance.records.at(-1)).toMatchObject({ endpoint: "responses.retrieve", status: 200 });
    const listed = JSON.parse((await ask("GET", `/v1/responses/${id}/input_items?limit=1`, "hg-a")).text);
    expect(listed).toMatchObject({ object: "list", has_more: false });
    expect(listed.data).toMatchObject([{ role: "user", content: [{ type: "input_text", text: "hi" }] }]);
    expect((await ask("POST", `/v1/responses/${id}/cancel`, "hg-a")).status).toBe(400);
    expect((await ask("GET", `/v1/responses/${id}?stream=true`, "hg-a")).status).toBe(400);
    const deleted = await ask("DELETE", `/v1/responses/${id}`, "hg-a");
    expect(JSON.parse(deleted.text)).toEqual({ id, object: "response", deleted: true });
    for (const method of ["GET", "DELETE"]) {
      expect((await ask(method, `/v1/responses/${id}`, "hg-a")).status).toBe(404);
    }
    const again = await ask("POST", "/v1/responses", "hg-a", { model: "m", input: "?", previous_response_id: id });
    expect(again.status).toBe(404);
    expect(asked).toHaveLength(1);
  });

  test("is found by no other key, and not kept where the key's content is not, nor where the request says so", async () => {
    const { ask, asked } = served();
    const cases = [
      ["hg-a", {}, "hg-b", undefined, {}],
      ["hg-meta", { store: true }, "hg-meta", "store", {}],
      ["hg-a", { store: false }, "hg-a", undefined, {}],
      ["hg-a", { store: true }, "hg-a", "store", { "x-headgate-content": "off" }],
    ] as const;
    for (const [maker, more, reader, dropped, headers] of cases) {
      const made = await ask("POST", "/v1/responses", maker, { model: "m", input: "hi", ...more }, headers);
      const { id, store } = JSON.parse(made.text);
      expect(store).toBe(maker === "hg-a" && !("store" in more));
      expect(made.headers["x-headgate-dropped"]).toBe(dropped);
      const calls = asked.length;
      const next = await ask("POST", "/v1/responses", reader, { model: "m", input: "?", previous_response_id: id });
      expect(next.status).toBe(404);
      expect(asked).toHaveLength(calls);
    }
  });

  test("outlives a change of its key's content policy, under which nothing new is kept", async () => {
    const { ask, asked, state } = served();
    const { id } = JSON.parse((await ask("POST", "/v1/responses", "hg-a", { model: "m", input: "I am Ada." })).text);
    const key = state.keys["hg-a"];
    if (key === undefined) throw new RangeError("There is no key");
    state.keys = { ...state.keys, "hg-a": { ...key, contentLogging: "off" } };
    expect((await ask("GET", `/v1/responses/${id}`, "hg-a")).status).toBe(200);
    const next = await ask("POST", "/v1/responses", "hg-a", { model: "m", input: "Who?", previous_response_id: id });
    expect([next.status, JSON.parse(next.text).store]).toEqual([200, false]);
    expect(messagesIn(asked.at(-1)).join()).toContain("I am Ada.");
    const unkept = JSON.parse(next.text).id;
    expect((await ask("GET", `/v1/responses/${unkept}`, "hg-a")).status).toBe(404);
    expect((await ask("DELETE", `/v1/responses/${id}`, "hg-a")).status).toBe(200);
    expect((await ask("GET", `/v1/responses/${id}`, "hg-a")).status).toBe(404);
  });

  test("leaves no bytes behind when it is deleted", async () => {
    const files = () =>
      readdirSync(directory, { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).length;
    const before = files();
    const { ask } = served();
    const { id } = JSON.parse((await ask("POST", "/v1/responses", "hg-a", { model: "m", input: "hi" })).text);
    expect(files()).toBe(before + 1);
    await ask("DELETE", `/v1/responses/${id}`, "hg-a");
    expect(files()).toBe(before);
  });

  test("is written where only its owner's requests can read it", async () => {
    const { ask } = served();
    await ask("POST", "/v1/responses", "hg-a", { model: "m", input: "a secret plan" });
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    expect(files.length).toBeGreaterThan(0);
    for (const { name, parentPath } of files) {
      expect(name).toMatch(/^[0-9a-f]{32}$/);
      expect(readFileSync(join(parentPath, name)).includes("secret plan")).toBe(false);
    }
  });

  test("keeps calls of tools and their results", async () => {
    const call = { id: "call_1", type: "function", function: { name: "look", arguments: '{"n":1.0}' } };
    const calling = said("").replace('"content":""', `"content":null,"tool_calls":${JSON.stringify([call])}`);
    const { ask, asked } = served(undefined, (_, turn) => [turn === 1 ? calling : said("done")]);
    const tools = [{ type: "function", name: "look", parameters: { type: "object", properties: {} } }];
    const made = JSON.parse((await ask("POST", "/v1/responses", "hg-a", { model: "m", input: "look", tools })).text);
    const { call_id: callId } = made.output.find(({ type }: { type: string }) => type === "function_call");
    const input = [{ type: "function_call_output", call_id: callId, output: "seen" }];
    const next = await ask("POST", "/v1/responses", "hg-a", {
      model: "m",
      input,
      tools,
      previous_response_id: made.id,
    });
    expect(next.status).toBe(200);
    const { messages } = JSON.parse(Buffer.from(laidOut(asked[1]?.body ?? "")).toString());
    expect(messages.map(({ role }: { role: string }) => role)).toEqual(["user", "assistant", "tool"]);
    expect(messages[1].tool_calls[0].function).toEqual({ name: "look", arguments: '{"n":1.0}' });
    expect(messages[2].tool_call_id).toBe(messages[1].tool_calls[0].id);
  });
});

describe("a response that its provider stores", () => {
  const response =
    '{"id":"resp_up1","object":"response","status":"completed","model":"m","previous_response_id":null,"store":true,"output":[{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"hi","annotations":[]}]}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}';
  const targets = () => [
    placeAt("one", "k1", "openai-responses"),
    placeAt("one", "k2", "openai-responses"),
    placeAt("two", "k3", "openai-responses"),
  ];

  test("is continued, retrieved, cancelled and deleted where it lives, under an id of ours", async () => {
    const { ask, asked } = served(targets(), () => [response]);
    for (let round = 0; round < 8; round++) {
      const made = await ask("POST", "/v1/responses", "hg-a", { model: "m", input: "hi" });
      const { id } = JSON.parse(made.text);
      expect(made.text).toBe(response.replace("resp_up1", id));
      const key = asked.at(-1)?.headers.authorization ?? "";
      const body = `{"model": "m", "input":"more", "previous_response_id": "${id}"}`;
      expect((await ask("POST", "/v1/responses", "hg-a", body)).status).toBe(200);
      expect(Buffer.from(laidOut(asked.at(-1)?.body ?? "")).toString()).toContain('"previous_response_id": "resp_up1"');
      for (const [method, rest] of [
        ["GET", "?include%5B%5D=x"],
        ["POST", "/cancel"],
        ["GET", "/input_items?after=msg_1"],
        ["DELETE", ""],
      ] as const) {
        expect((await ask(method, `/v1/responses/${id}${rest}`, "hg-a")).status).toBe(200);
        expect(asked.at(-1)).toMatchObject({ method, url: `http://one/v1/responses/resp_up1${rest}` });
        expect(asked.at(-1)?.headers.authorization).toBe(key);
      }
    }
  });

  test("is refused clearly where the model leads elsewhere, and never goes on at another provider", async () => {
    const { ask, asked, state } = served(targets(), () => [response]);
    const { id } = JSON.parse((await ask("POST", "/v1/responses", "hg-a", { model: "m", input: "hi" })).text);
    const next = () => ask("POST", "/v1/responses", "hg-a", { model: "two/m", input: "?", previous_response_id: id });
    expect((await next()).status).toBe(400);
    state.targets = targets().slice(2);
    expect((await next()).status).toBe(404);
    expect(asked).toHaveLength(1);
  });

  test("has an id of ours in every event that names it", async () => {
    const event = (type: string, rest: string) => `event: ${type}\ndata: {"type":"${type}",${rest}}\n\n`;
    const stream = [
      event("response.created", `"sequence_number":0,"response":${response.replace('"completed"', '"in_progress"')}`),
      event(
        "response.output_text.delta",
        '"sequence_number":1,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"resp_up1"',
      ),
      event("response.completed", `"sequence_number":2,"response": ${response}`),
    ];
    const { ask } = served(targets(), () => stream);
    const made = await ask("POST", "/v1/responses", "hg-a", { model: "m", input: "hi", stream: true });
    const { id } = lastEvent(made.text);
    expect(id).toStartWith("resp_hg_");
    expect(made.text).toBe(stream.join("").replaceAll('"id":"resp_up1"', `"id":"${id}"`));
    const again = await ask("GET", `/v1/responses/${id}?stream=true&starting_after=0`, "hg-a");
    expect(again.text).toBe(made.text);
  });

  test("conversations live where they were made, and their items are passed on", async () => {
    const { ask, asked } = served(targets(), ({ url }) => [
      url.includes("/items")
        ? '{"object":"list","data":[{"id":"msg_1"}],"first_id":"msg_1"}'
        : url.endsWith("responses")
          ? response
          : '{"id":"conv_up","object":"conversation"}',
    ]);
    const { id } = JSON.parse((await ask("POST", "/v1/conversations", "hg-a", {})).text);
    expect(id).toStartWith("conv_hg_");
    expect((await ask("GET", `/v1/conversations/${id}/items`, "hg-a")).text).toContain('"first_id":"msg_1"');
    expect((await ask("GET", `/v1/conversations/${id}`, "hg-b")).status).toBe(404);
    await ask("DELETE", `/v1/conversations/${id}/items/msg_1`, "hg-a");
    expect(asked.at(-1)?.url).toBe("http://one/v1/conversations/conv_up/items/msg_1");
    for (const conversation of [id, { id }]) {
      await ask("POST", "/v1/responses", "hg-a", { model: "m", input: "hi", conversation });
      expect(asked.at(-1)?.headers.authorization).toBe(asked[0]?.headers.authorization ?? "");
      expect(Buffer.from(laidOut(asked.at(-1)?.body ?? "")).toString()).toContain('"conv_up"');
    }
  });
});
