import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { openRawSocket } from "../harness/raw-socket.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { ask, full, startPair } from "./start-pair.ts";

const { gateway, provider } = await startPair();
const megabyte = 1_048_576;
const padding = "x".repeat(16_000);

const chunkOf = (text: string, finish: string | null = null) => ({
  data: {
    id: "c",
    object: "chat.completion.chunk",
    created: 1,
    model: "fake-gpt",
    choices: [{ index: 0, delta: { content: text }, finish_reason: finish }],
  },
});

for (const [name, path] of [
  ["passed through", "/v1/chat/completions"],
  ["translated", "/v1/messages"],
] as const) {
  test(`a slow reader slows the provider, memory stays bounded (${name})`, async () => {
    await provider.reset();
    // 160 MB in all.
    await provider.script({ answer: { kind: "sse", events: [chunkOf(padding)], repeat: 10_000 } });
    const before = rss();
    const socket = await openRawSocket(gateway.port);
    socket.pause();
    socket.write(requestFor(path));
    const sent = await waitUntil("the provider to be held back", stoppedAt, 15_000, 1);
    const grown = rss() - before;
    socket.resume();
    await waitUntil("the provider to go on", async () => (await bytesSent()) > sent + 10 * megabyte, 10_000);
    socket.reset();
    expect(sent).toBeLessThan(48 * megabyte);
    expect(grown).toBeLessThan(64 * megabyte);
    await waitUntil(
      "the abort to reach the provider",
      async () => (await provider.log())[0]?.abortedAtMs !== undefined,
    );
  }, 240_000);
}

const readers = full ? 100 : 10;
const heldMs = full ? 150_000 : 3000;
/** Of a client that does not read, in the worker: what was read of the provider and not written yet. Kernel buffers are none of it. */
const maxHeldBytes = 0.5 * megabyte;

test(`${readers} clients that stop reading, passed and translated, hold so many providers back and little memory`, async () => {
  await provider.reset();
  await provider.script(
    ...Array.from({ length: 2 * readers }, () => ({
      answer: { kind: "sse", events: [chunkOf(padding)], repeat: 10_000 } as const,
    })),
  );
  const before = rss();
  const sockets = await Promise.all(Array.from({ length: 2 * readers }, () => openRawSocket(gateway.port)));
  for (const [index, socket] of sockets.entries()) {
    socket.pause();
    socket.write(requestFor(index % 2 === 0 ? "/v1/chat/completions" : "/v1/messages"));
  }
  const sent = await waitUntil("the providers to be held back", stoppedAt, 120_000, 1);
  const grown: number[] = [];
  for (let sample = 0; sample < 10; sample++) {
    await Bun.sleep(heldMs / 10);
    grown.push(rss() - before);
  }
  expect(await bytesSent()).toBe(sent);
  for (const socket of sockets) socket.resume();
  await waitUntil("a provider to go on", async () => (await bytesSent()) > sent + 10 * megabyte, 30_000);
  for (const socket of sockets) socket.reset();
  if (full) process.stderr.write(`sent ${sent} bytes, grown by ${grown.join(", ")}\n`);
  expect(sent).toBeLessThan(2 * readers * 48 * megabyte);
  expect(Math.max(...grown)).toBeLessThan(64 * megabyte + 2 * readers * maxHeldBytes);
}, 600_000);

function requestFor(path: string): string {
  const body = JSON.stringify(ask("oai/fake-gpt", "hello", { stream: true }));
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: localhost",
    `authorization: Bearer ${gateway.key}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}

/** Of all answers. */
async function bytesSent(): Promise<number> {
  return (await provider.log()).reduce((sum, entry) => sum + entry.bytesSent, 0);
}

/** The bytes sent, once they have not grown for 300 ms. */
async function stoppedAt(): Promise<number | undefined> {
  const before = await bytesSent();
  await Bun.sleep(300);
  const after = await bytesSent();
  return after > 0 && after === before ? after : undefined;
}

function rss(): number {
  const workers = gateway.pids().filter((one) => one.role === "worker");
  return workers
    .map((one) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${one.pid}/status`, "utf8"))?.[1]) * 1024)
    .reduce((sum, bytes) => sum + bytes, 0);
}
