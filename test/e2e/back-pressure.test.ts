import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { openRawSocket } from "../harness/raw-socket.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { ask, startPair } from "./start-pair.ts";

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
    const body = JSON.stringify(ask("oai/fake-gpt", "hello", { stream: true }));
    const socket = await openRawSocket(gateway.port);
    socket.pause();
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${gateway.key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
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
  }, 60_000);
}

async function bytesSent(): Promise<number> {
  return (await provider.log())[0]?.bytesSent ?? 0;
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
