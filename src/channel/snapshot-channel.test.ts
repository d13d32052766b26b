import { describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { cpuTimeMs } from "../../test/harness/cpu-time";
import { ChannelEnds, delta, full, hashOf } from "./fixtures/channel-ends";

describe("snapshot channel", () => {
  test("gives a worker the whole at first and deltas after", async () => {
    using ends = new ChannelEnds();
    const socket = ends.socketPath();
    const server = ends.serve(socket, () => full(5, ["a"]));
    const workers = [ends.connect(socket, { worker: 0 }), ends.connect(socket, { worker: 1 })];
    for (const { next } of workers) expect((await next(5)).virtualKeys.size).toBe(1);
    expect(statSync(socket).mode & 0o777).toBe(0o600);

    expect(await server.publish(delta(6, ["a", "b"], ["a"]))).toEqual([]);
    for (const { client } of workers) expect(client.current()?.virtualKeys.has(hashOf("b"))).toBe(true);
    expect(server.workers().map((worker) => worker.acknowledged)).toEqual([6, 6]);
  });

  test("sends the whole again to a worker that missed a delta", async () => {
    using ends = new ChannelEnds();
    const socket = ends.socketPath();
    let message = full(1, ["a"]);
    const server = ends.serve(socket, () => message);
    const { next } = ends.connect(socket);
    await next(1);
    message = full(3, ["a", "b"]);
    expect(await server.publish(delta(3, ["a", "b"], ["a"]))).toEqual([]);
    expect((await next(3)).virtualKeys.size).toBe(2);
  });

  test("keeps the last snapshot without a server and finds the next one", async () => {
    using ends = new ChannelEnds();
    const socket = ends.socketPath();
    const first = ends.serve(socket, () => full(1, ["a"]));
    const { client, next } = ends.connect(socket);
    await next(1);
    first.close();
    expect(client.current()?.sequence).toBe(1);
    ends.serve(socket, () => full(2, ["a", "b"]));
    expect((await next(2)).virtualKeys.size).toBe(2);
  });

  test("publish() gives up on a silent worker and on one that left", async () => {
    using ends = new ChannelEnds();
    const socket = ends.socketPath();
    const server = ends.serve(socket, () => full(1, []));
    const silent = await Bun.connect({ unix: socket, socket: { data: () => {} } });
    silent.write('{"type":"hello","worker":7,"generation":1,"sequence":0,"version":"1.0.0","protocol":1}\n');
    while (server.workers().length === 0) await Bun.sleep(1);
    expect(await server.publish(delta(2))).toMatchObject([{ worker: 7, acknowledged: 0 }]);
    const waiting = server.publish(delta(3));
    silent.terminate();
    expect(await waiting).toEqual([]);
  });

  test("closes a peer that speaks another protocol", async () => {
    using ends = new ChannelEnds();
    const socket = ends.socketPath();
    const server = ends.serve(socket, () => full(1, []));
    for (const text of ["GET / HTTP/1.1\r\n\r\n", "x".repeat(10_000), '{"type":"hello"}\n']) {
      await new Promise<void>((resolve) => {
        Bun.connect({
          unix: socket,
          socket: { open: (peer) => void peer.write(text), data: () => {}, close: () => resolve() },
        });
      });
    }
    expect(server.workers()).toEqual([]);
  });

  test("carries 100,000 keys within seconds and a delta within moments", async () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `key-${index}`);
    using ends = new ChannelEnds();
    const socket = ends.socketPath();
    const message = full(1, names);
    const server = ends.serve(socket, () => message);
    const start = cpuTimeMs();
    const { next } = ends.connect(socket);
    expect((await next(1)).virtualKeys.size).toBe(100_000);
    const fullMs = cpuTimeMs() - start;
    const deltaStart = cpuTimeMs();
    await server.publish(delta(2, [...names, "n"], names));
    expect((await next(2)).virtualKeys.size).toBe(100_001);
    const deltaMs = cpuTimeMs() - deltaStart;
    expect(fullMs).toBeLessThan(10_000);
    expect(deltaMs).toBeLessThan(2_000);
  });
});
