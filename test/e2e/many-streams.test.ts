import { expect, test } from "bun:test";
import { parseAnswer } from "../harness/parse-answer.ts";
import { openRawSocket } from "../harness/raw-socket.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { ask, startPair, textOf } from "./start-pair.ts";

const { gateway, provider, story } = await startPair();
const count = 1000;

for (const path of ["/v1/chat/completions", "/v1/messages"]) {
  // Raw connections: `fetch` under `bun test` makes no more than 256 requests at a time.
  test(`${count} streams at the same time on ${path} each get their own whole answer`, async () => {
    await provider.reset();
    const sockets = await Promise.all(Array.from({ length: count }, () => openRawSocket(gateway.port)));
    for (const [index, socket] of sockets.entries()) socket.write(requestFor(path, index));
    await waitUntil(
      "all to run at once",
      async () =>
        (await provider.log()).filter((entry) => entry.status === 200 && entry.finishedAtMs === undefined).length ===
        count,
      15_000,
      200,
    ).catch(async (error: unknown) => {
      throw new Error(`${error}\n${await story()}`);
    });
    await waitUntil(
      "all to end",
      () => sockets.every((socket) => parseAnswer(socket.received())?.complete),
      30_000,
      200,
    ).catch(() => undefined);
    const wrong = sockets.map((socket) => textIn(socket.received())).filter((text, index) => text !== sayingOf(index));
    for (const socket of sockets) socket.reset();
    expect(wrong.slice(0, 5), wrong.length > 0 ? await story() : "").toEqual([]);
  }, 240_000);
}

function sayingOf(index: number): string {
  return `this is ${index} of the many`;
}

function requestFor(path: string, index: number): string {
  const body = JSON.stringify(ask("oai/fake-gpt", `[[say:${sayingOf(index)}]] [[delay:500]]`, { stream: true }));
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: localhost",
    `authorization: Bearer ${gateway.key}`,
    "content-type: application/json",
    `content-length: ${body.length}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}

function textIn(received: string): string {
  const answer = parseAnswer(received);
  if (!answer?.complete) return `incomplete: ${received.slice(0, 300)}`;
  const data = [...answer.body.matchAll(/^data: (\{.*)$/gm)].map(([, json]) => JSON.parse(json ?? ""));
  return textOf(data);
}
