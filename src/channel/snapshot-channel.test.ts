import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Settings, Snapshot, VirtualKey } from "#core/snapshot";
import type { Log } from "#telemetry/log";
import { groupKeys } from "./key-group";
import { connectSnapshot, type SnapshotClient } from "./snapshot-client";
import type { SnapshotMessage } from "./snapshot-delta";
import { createSnapshotServer, type SnapshotServer } from "./snapshot-server";

const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const settings: Settings = {
  auth: "required",
  durability: "process",
  onJournalFailure: "refuse",
  onUnsupported: "drop",
  contentLogging: "full",
  maxBodyBytes: 1,
  maxBufferedBytes: 1,
  retentionDays: 1,
  trustedProxies: [],
  requirePrice: false,
  defaultMaxOutputTokens: 1,
  defaultContextTokens: 1,
  maxAttempts: 1,
  attemptDeadlineMs: 1,
  maxRunning: 1,
  maxQueued: 1,
  queueMs: 1,
};

function key(name: string): VirtualKey {
  const lists = { tags: {}, models: ["*"], blocked: [], endpoints: ["*"], limits: [] };
  return { id: name, name, active: true, ...lists, slot: { index: 0, tag: 0 } };
}

const nothingElse = { routes: [], providers: [], teams: [], customers: [], limits: [], prices: [] };

function full(sequence: number, names: readonly string[]): SnapshotMessage {
  const virtualKeys = groupKeys(names.map((name) => [name.padStart(64, "0"), key(name)]));
  return { type: "full", sequence, settings, virtualKeys, ...nothingElse };
}

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0).reverse()) close();
});

function socketPath(): string {
  const directory = mkdtempSync(join(tmpdir(), "hg-channel-"));
  opened.push(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "s");
}

function serve(socket: string, message: () => SnapshotMessage): SnapshotServer {
  const server = createSnapshotServer({ socket, full: message, log: quiet, ackTimeoutMs: 300 });
  opened.push(server.close);
  return server;
}

function connect(
  socket: string,
  worker = 0,
): { client: SnapshotClient; next: (sequence: number) => Promise<Snapshot> } {
  const waiting: { sequence: number; resolve: (snapshot: Snapshot) => void }[] = [];
  const onSnapshot = (snapshot: Snapshot) => {
    for (const { sequence, resolve } of waiting) if (snapshot.sequence >= sequence) resolve(snapshot);
  };
  const client = connectSnapshot({ socket, worker, generation: 1, onSnapshot, log: quiet });
  opened.push(client.close);
  const next = (sequence: number) =>
    new Promise<Snapshot>((resolve) => {
      const current = client.current();
      if (current !== undefined && current.sequence >= sequence) resolve(current);
      else waiting.push({ sequence, resolve });
    });
  return { client, next };
}

describe("snapshot channel", () => {
  test("gives a worker the whole at first and deltas after", async () => {
    const socket = socketPath();
    const server = serve(socket, () => full(5, ["a"]));
    const workers = [connect(socket, 0), connect(socket, 1)];
    for (const { next } of workers) expect((await next(5)).virtualKeys.size).toBe(1);
    expect(statSync(socket).mode & 0o777).toBe(0o600);

    expect(await server.publish({ type: "delta", sequence: 6, setKeys: groupKeys([["b", key("b")]]) })).toBe(true);
    for (const { client } of workers) expect(client.current()?.virtualKeys.has("b")).toBe(true);
    expect(server.workers().map((worker) => worker.acknowledged)).toEqual([6, 6]);
  });

  test("sends the whole again to a worker that missed a delta", async () => {
    const socket = socketPath();
    let message = full(1, ["a"]);
    const server = serve(socket, () => message);
    const { next } = connect(socket);
    await next(1);
    message = full(3, ["a", "b"]);
    expect(await server.publish({ type: "delta", sequence: 3, setKeys: groupKeys([["b", key("b")]]) })).toBe(true);
    expect((await next(3)).virtualKeys.size).toBe(2);
  });

  test("keeps the last snapshot without a server and finds the next one", async () => {
    const socket = socketPath();
    const first = serve(socket, () => full(1, ["a"]));
    const { client, next } = connect(socket);
    await next(1);
    first.close();
    expect(client.current()?.sequence).toBe(1);
    serve(socket, () => full(2, ["a", "b"]));
    expect((await next(2)).virtualKeys.size).toBe(2);
  });

  test("publish() gives up on a silent worker and on one that left", async () => {
    const socket = socketPath();
    const server = serve(socket, () => full(1, []));
    const silent = await Bun.connect({ unix: socket, socket: { data: () => {} } });
    silent.write('{"type":"hello","worker":7,"generation":1,"sequence":0}\n');
    while (server.workers().length === 0) await Bun.sleep(1);
    expect(await server.publish({ type: "delta", sequence: 2 })).toBe(false);
    const waiting = server.publish({ type: "delta", sequence: 3 });
    silent.terminate();
    expect(await waiting).toBe(true);
  });

  test("closes a peer that speaks another protocol", async () => {
    const socket = socketPath();
    const server = serve(socket, () => full(1, []));
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
    const socket = socketPath();
    const server = serve(socket, () => full(1, names));
    const start = performance.now();
    const { next } = connect(socket);
    expect((await next(1)).virtualKeys.size).toBe(100_000);
    const fullMs = performance.now() - start;
    const deltaStart = performance.now();
    await server.publish({ type: "delta", sequence: 2, setKeys: groupKeys([["n", key("n")]]) });
    expect((await next(2)).virtualKeys.size).toBe(100_001);
    const deltaMs = performance.now() - deltaStart;
    expect(fullMs).toBeLessThan(10_000);
    expect(deltaMs).toBeLessThan(2_000);
  });
});
