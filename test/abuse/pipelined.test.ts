import { expect, test } from "bun:test";
import { ask, startPair } from "../e2e/start-pair.ts";
import { sendRaw } from "./raw-socket";

const { gateway } = await startPair();

type Sent = { readonly path: string; readonly body: object; readonly chunked?: boolean };

const questions: readonly Sent[] = [
  { path: "/v1/chat/completions", body: ask("oai/fake-gpt", "the first") },
  { path: "/v1/messages", body: ask("ant/fake-claude", "the second", { stream: true }) },
  { path: "/v1/chat/completions", body: ask("oai/no-such-model-here", "the third"), chunked: true },
  { path: "/v1/chat/completions", body: ask("ant/fake-claude", "[[words:200]]", { stream: true }), chunked: true },
  { path: "/v1/chat/completions", body: ask("nowhere/at-all", "the fifth") },
  { path: "/v1/messages", body: ask("oai/fake-gpt", "the sixth") },
];

const request = ({ path, body, chunked = false }: Sent, id: number, end = "") => {
  const text = JSON.stringify(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: gateway",
    `x-request-id: pipelined-${id}`,
    `authorization: Bearer ${gateway.key}`,
    "content-type: application/json",
    chunked ? "transfer-encoding: chunked" : `content-length: ${text.length}`,
  ];
  const halves = [text.slice(0, 20), text.slice(20)].map((half) => `${half.length.toString(16)}\r\n${half}\r\n`);
  return `${head.join("\r\n")}\r\n${end}\r\n${chunked ? `${halves.join("")}0\r\n\r\n` : text}`;
};
const alone = () => Promise.all(questions.map((one) => gateway.post(one.path, one.body).then(({ status }) => status)));
/** Labels of the answers in their order, with their statuses. */
const answersIn = (text: string) =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3})[\s\S]*?x-request-id: (\S+)/gi)].map(([, status, id]) => `${id} ${status}`);

for (const [name, pieceBytes] of [
  ["at once", 1e9],
  ["in pieces of 97 bytes", 97],
] as const) {
  test(`POSTs that are sent ahead ${name}, whole, streamed and refused, are each answered as one that comes alone, in their order`, async () => {
    const statuses = await alone();
    const bytes = questions
      .map((one, id) => request(one, id, id === questions.length - 1 ? "connection: close\r\n" : ""))
      .join("");
    const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
      bytes.slice(index * pieceBytes, (index + 1) * pieceBytes),
    );
    const { text, closed } = await sendRaw(gateway.port, pieces);
    expect(answersIn(text)).toEqual(statuses.map((status, id) => `pipelined-${id} ${status}`));
    expect(closed).toBe(true);
  }, 240_000);
}

test("behind a request that ends its connection nothing is answered, and the connection is closed", async () => {
  const [first, second] = [
    request({ path: "/v1/messages", body: ask("ant/fake-claude", "the last") }, 0, "connection: close\r\n"),
    request({ path: "/v1/messages", body: ask("ant/fake-claude", "too late") }, 1),
  ];
  const { text, closed } = await sendRaw(gateway.port, [first + second]);
  expect(answersIn(text)).toEqual(["pipelined-0 200"]);
  expect(text.toLowerCase()).toContain("connection: close");
  expect(closed).toBe(true);
}, 240_000);
