import { expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { startPair } from "../e2e/start-pair.ts";
import { pick } from "../harness/pick.ts";
import { waitUntil } from "../harness/wait-until.ts";

const maxBodyBytes = 1_000_000;
const { gateway, provider } = await startPair({
  configure: () => ({ settings: { max_body_bytes: maxBodyBytes, max_buffered_bytes: 1_048_576 } }),
});

const chatPath = "/v1/chat/completions";
const messagesPath = "/v1/messages";
const messages = [{ role: "user", content: "hello" }];
const chat = (more: object = {}) => JSON.stringify({ model: "oai/fake-gpt", messages, ...more });
const message = (more: object = {}) => JSON.stringify({ model: "ant/fake-claude", max_tokens: 9, messages, ...more });

type Row = {
  readonly name: string;
  readonly path: string;
  readonly body: string | Uint8Array;
  readonly status: number;
  readonly code?: string;
  /** Part of the message. */
  readonly says?: string;
  readonly param?: string;
};
const refused = (name: string, path: string, body: string | Uint8Array, says: string, param?: string): Row => ({
  name,
  path,
  body,
  status: 400,
  code: "invalid_request",
  says,
  ...(param === undefined ? {} : { param }),
});

/** Bodies that no dialect takes. */
const unreadable: readonly (readonly [string, string | Uint8Array, string])[] = [
  ["no body", "", "found the end"],
  ["an array", "[]", "a JSON object is needed"],
  ["a string", '"x"', "a JSON object is needed"],
  ["null", "null", "a JSON object is needed"],
  ["half an object", '{"model":', "byte 9"],
  ["two objects", `${chat()}{}`, "nothing more is needed"],
  ["a byte order mark", `\ufeff${chat()}`, "byte order mark"],
  ["NaN", '{"model":NaN}', "a value is needed"],
  ["a duplicate key", '{"model":"a","mod\\u0065l":"b"}', "model"],
  ["invalid UTF-8", Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff]), Buffer.from('"}')]), "UTF-8"],
  ["deep nesting", `{"model":"oai/fake-gpt","x":${"[".repeat(100_000)}`, "nesting"],
];

const rows: readonly Row[] = [
  ...unreadable.flatMap(([name, body, says]) => [
    refused(name, chatPath, body, says),
    refused(name, messagesPath, body, says),
    refused(name, "/v1/embeddings", body, says),
  ]),
  refused("no model", chatPath, '{"messages":[]}', '"model" must be a string, found nothing', "model"),
  refused("no model", messagesPath, '{"max_tokens":1}', '"model" must be a string, found nothing'),
  refused("a model that is a number", chatPath, '{"model":5}', "found number", "model"),
  refused("an empty model", chatPath, '{"model":""}', "empty string", "model"),
  refused("stream as a string", chatPath, chat({ stream: "true" }), "true or false", "stream"),
  refused("stream as a number", messagesPath, message({ stream: 1 }), "true or false"),
  refused("n of zero", chatPath, chat({ n: 0 }), "at least 1", "n"),
  refused("n as a fraction", chatPath, chat({ n: 1.5 }), "whole number", "n"),
  refused("n beyond numbers", chatPath, chat().replace("{", '{"n":1e999,'), "whole number", "n"),
  refused("a limit as a string", chatPath, chat({ max_tokens: "5" }), "max_tokens", "max_tokens"),
  refused("no max_tokens", messagesPath, message({ max_tokens: undefined }), "max_tokens"),
  refused("negative max_tokens", messagesPath, message({ max_tokens: -5 }), "max_tokens"),
  refused(
    "no messages, translated",
    chatPath,
    '{"model":"ant/fake-claude"}',
    '"messages" must be an array',
    "messages",
  ),
  refused("no messages, translated", messagesPath, message({ model: "oai/fake-gpt", messages: [] }), "messages"),
  {
    name: "n to a dialect without it",
    path: chatPath,
    body: chat({ model: "ant/fake-claude", n: 3 }),
    status: 400,
    code: "unsupported_parameter",
    param: "n",
  },
  // The provider's own refusals keep its words.
  {
    name: "a huge n",
    path: chatPath,
    body: chat({ n: 1e9 }),
    status: 400,
    code: "upstream_error",
    says: "1000000000",
    param: "n",
  },
  {
    name: "no messages",
    path: chatPath,
    body: chat({ messages: [] }),
    status: 400,
    code: "upstream_error",
    says: "empty array",
    param: "messages",
  },
  {
    name: "no messages",
    path: messagesPath,
    body: message({ messages: [] }),
    status: 400,
    code: "upstream_error",
    says: "at least one message",
  },
  {
    name: "__proto__",
    path: chatPath,
    body: chat().replace("{", '{"__proto__":{"a":1},'),
    status: 400,
    code: "upstream_error",
    says: "__proto__",
  },
  { name: "stream of null", path: chatPath, body: chat({ stream: null }), status: 200 },
];

for (const { name, path, body, status, code, says, param } of rows) {
  test(`${name} on ${path} is answered ${status}`, async () => {
    const response = await send(path, body);
    const text = await response.text();
    expect([response.status, response.headers.get("x-headgate-error")], text).toEqual([status, code ?? null]);
    if (says !== undefined) expect(String(pick(JSON.parse(text), "error.message"))).toContain(says);
    if (param !== undefined) expect(pick(JSON.parse(text), "error.param")).toBe(param);
  });
}

const codings = {
  gzip: gzipSync,
  "x-gzip": gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
};
for (const [coding, compress] of Object.entries(codings)) {
  test(`a body in ${coding} is read, up to the limit after inflation`, async () => {
    const headers = { "content-encoding": coding };
    await provider.reset();
    const served = await send(chatPath, compress(Buffer.from(chat())), headers);
    expect(served.status, await served.text()).toBe(200);
    const [seen] = await provider.log();
    expect(seen?.headers["content-encoding"]).toBeUndefined();
    expect(pick(JSON.parse(seen?.body ?? ""), "messages.0.content")).toBe("hello");
    const bomb = await send(chatPath, compress(Buffer.alloc(4_000_000, 32)), headers);
    expect([bomb.status, bomb.headers.get("x-headgate-error")], await bomb.text()).toEqual([413, "body_too_large"]);
    const broken = await send(messagesPath, "not compressed at all", headers);
    expect([broken.status, broken.headers.get("x-headgate-error")], await broken.text()).toEqual([
      400,
      "invalid_request",
    ]);
  });
}

test("an unknown content coding is refused", async () => {
  for (const coding of ["lzma", "gzip, gzip"]) {
    const response = await send(chatPath, chat(), { "content-encoding": coding });
    expect([response.status, response.headers.get("x-headgate-error")]).toEqual([415, "unsupported_encoding"]);
    await response.text();
  }
});

test("a body over the limit is refused in both dialects, announced or not", async () => {
  const long = "x".repeat(maxBodyBytes);
  for (const [path, place, type] of [
    [chatPath, "error.code", "body_too_large"],
    [messagesPath, "error.type", "request_too_large"],
  ] as const) {
    const body = `{"model":"oai/fake-gpt","max_tokens":1,"x":"${long}"}`;
    const chunked = new ReadableStream({
      start(controller) {
        for (let at = 0; at < body.length; at += 100_000) controller.enqueue(Buffer.from(body.slice(at, at + 100_000)));
        controller.close();
      },
    });
    for (const sent of [body, chunked]) {
      const response = await send(path, sent);
      const text = await response.text();
      expect([response.status, pick(JSON.parse(text), place)], text).toEqual([413, type]);
    }
  }
});

test("bodies over the buffer budget are refused for a moment, and the budget comes back", async () => {
  const body = chat({ user: "x".repeat(600_000) });
  // Sends all of its body but the last byte, and again where the other request was read first, so that this one is refused.
  const hold = (): Socket => {
    const socket = connect({ port: gateway.port, host: "127.0.0.1" });
    socket.on("data", () => {
      socket.destroy();
      held = hold();
    });
    socket.write(
      `POST ${chatPath} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.key}\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    socket.write(body.slice(0, -1));
    return socket;
  };
  let held = hold();
  const answered = async (status: number) => {
    const response = await send(chatPath, body);
    await response.text();
    return response.status === status && response;
  };
  const refused = await waitUntil("a refusal", () => answered(503));
  expect([refused.headers.get("x-headgate-error"), refused.headers.get("retry-after")]).toEqual(["overloaded", "1"]);
  held.destroy();
  await waitUntil("an answer", () => answered(200));
});

function send(
  path: string,
  body: string | Uint8Array | ReadableStream,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(gateway.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${gateway.key}`, ...headers },
    body,
  });
}
