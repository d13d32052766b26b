import { limitedKeys } from "../crash/limited-keys.ts";
import { ask } from "../e2e/start-pair.ts";
import { openRawSocket, type RawSocket } from "../harness/raw-socket.ts";
import { type Fault, oneOf } from "./fault.ts";
import type { World } from "./world.ts";

/** Clients that mean harm, or behave as if they did. */
export const clientFaults: readonly Fault[] = [
  {
    name: "readers that stop reading",
    weight: 3,
    lastsMs: [1000, 8000],
    begin: async (world, { dice }) => {
      const slow = await sockets(world, 3 + Math.floor(dice[0] * 12));
      for (const one of slow) {
        one.pause();
        one.write(request("/v1/chat/completions", ask("oai/fake-gpt", "[[words:4000]]", { stream: true })));
      }
      return () => {
        for (const one of slow) dice[1] < 0.5 ? one.reset() : one.resume();
      };
    },
  },
  {
    name: "half requests",
    weight: 3,
    lastsMs: [500, 8000],
    begin: async (world, { dice }) => {
      const all = await sockets(world, 5 + Math.floor(dice[0] * 40));
      const whole = request("/v1/messages", ask("ant/fake-claude", "never sent whole"));
      for (const [index, one] of all.entries()) one.write(whole.slice(0, 1 + ((index * 37) % (whole.length - 1))));
      return () => {
        for (const one of all) dice[1] < 0.5 ? one.reset() : one.end();
      };
    },
  },
  {
    name: "pipelined requests",
    weight: 2,
    lastsMs: [300, 2000],
    begin: async (world, { dice }) => {
      const all = await sockets(world, 1 + Math.floor(dice[0] * 4));
      const one = request("/v1/chat/completions", ask("oai/fake-gpt", "one of many"));
      for (const socket of all) socket.write(one.repeat(2 + Math.floor(dice[1] * 20)));
      return () => {
        for (const socket of all) socket.end();
      };
    },
  },
  {
    name: "wrong keys",
    weight: 2,
    act: async (world, { dice }) => {
      const tries = Array.from({ length: 20 + Math.floor(dice[0] * 60) }, (_, index) =>
        quietly(world, "/v1/chat/completions", ask("oai/fake-gpt", "hello"), `hg-wrong-${dice[1]}-${index}`),
      );
      await Promise.all(tries);
    },
  },
  {
    name: "made-up models",
    weight: 1,
    act: async (world, { dice }) => {
      const tries = Array.from({ length: 20 }, (_, index) =>
        quietly(world, "/v1/chat/completions", ask(`nowhere-${dice[0]}/made-up-${index}`, "hello"), limitedKeys.plain),
      );
      await Promise.all(tries);
    },
  },
  {
    name: "oversized requests",
    weight: 2,
    lastsMs: [300, 3000],
    begin: async (world, { dice }) => {
      const all = await sockets(world, 1 + Math.floor(dice[0] * 4));
      const kind = oneOf(["header", "body", "announced"], dice[1]);
      for (const one of all) {
        if (kind === "header") one.write(`GET /v1/models HTTP/1.1\r\nhost: a\r\nx-a: ${"a".repeat(300_000)}\r\n\r\n`);
        else if (kind === "body") one.write(request("/v1/messages", ask("ant/fake-claude", "x".repeat(2_000_000))));
        else one.write(request("/v1/messages", {}).replace(/content-length: \d+/, "content-length: 99999999999"));
      }
      return () => {
        for (const one of all) one.reset();
      };
    },
  },
  {
    name: "idle connections",
    weight: 2,
    lastsMs: [1000, 6000],
    begin: async (world, { dice }) => {
      const all = await sockets(world, 50 + Math.floor(dice[0] * 250));
      return () => {
        for (const one of all) one.reset();
      };
    },
  },
  {
    name: "clients that reset while they are answered",
    weight: 2,
    act: async (world, { dice }) => {
      const all = await sockets(world, 5 + Math.floor(dice[0] * 20));
      for (const one of all)
        one.write(request("/v1/messages", ask("oai/fake-gpt", "[[words:40]] [[delay:5]]", { stream: true })));
      await Bun.sleep(dice[1] * 300);
      for (const one of all) one.reset();
    },
  },
];

/** Those that could be opened: nobody may listen just now. */
async function sockets(world: World, count: number): Promise<readonly RawSocket[]> {
  const opened = Array.from({ length: count }, () => openRawSocket(world.gateway().port).catch(() => undefined));
  return (await Promise.all(opened)).filter((socket) => socket !== undefined);
}

function request(path: string, body: object): string {
  const text = JSON.stringify(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: gateway",
    `authorization: Bearer ${limitedKeys.plain}`,
    "content-type: application/json",
    `content-length: ${text.length}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${text}`;
}

async function quietly(world: World, path: string, body: object, key: string): Promise<void> {
  try {
    const signal = AbortSignal.timeout(5000);
    await (await world.gateway().post(path, body, { authorization: `Bearer ${key}` }, signal)).arrayBuffer();
  } catch {
    // What comes of it is the gateway's matter; that it goes on is what counts.
  }
}
