import { expect, test } from "bun:test";
import { ask, startPair } from "../e2e/start-pair.ts";
import { openRawSocket, type RawSocket } from "../harness/raw-socket.ts";
import { waitUntil } from "../harness/wait-until.ts";

const { gateway } = await startPair({ openFiles: 300 });
const chat = "/v1/chat/completions";

test("running streams outlive clients that take all descriptors, new ones are told 503, and all is well again", async () => {
  const pids = gateway.pids();
  const streams = await Promise.all(
    Array.from({ length: 5 }, (_, index) =>
      gateway.post(chat, ask("oai/fake-gpt", `[[say:stream ${index}]] [[delay:2500]]`, { stream: true })),
    ),
  );
  const idle: (RawSocket | undefined)[] = [];
  const open = async (count: number) => {
    const sockets = Array.from({ length: count }, () => openRawSocket(gateway.port).catch(() => undefined));
    idle.push(...(await Promise.all(sockets)));
  };
  await open(350);
  const refused = await waitUntil(
    "a refusal",
    async () => {
      const answer = await gateway.post(chat, ask("oai/fake-gpt", "hello")).catch(() => undefined);
      if (answer?.status === 503) return answer;
      await answer?.arrayBuffer();
      await open(40);
      return undefined;
    },
    15_000,
    1,
  );
  expect(refused.headers.get("connection")).toBe("close");
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(await refused.json()).toMatchObject({
    error: { code: "overloaded", message: expect.stringContaining("ulimit -n") },
  });
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);

  // Silent connections go after two seconds, and then there is room again.
  const later = await waitUntil("room", async () => {
    const answer = await gateway.post(chat, ask("oai/fake-gpt", "hello")).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.status === 200;
  });
  expect(later).toBe(true);
  for (const [index, stream] of streams.entries()) {
    const text = await stream.text();
    expect(text).toContain("[DONE]");
    expect(text).toContain(`${index}`);
  }
  expect(gateway.pids()).toEqual(pids);
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  for (const socket of idle) socket?.reset();
}, 240_000);
