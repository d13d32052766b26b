import { chmodSync, rmSync } from "node:fs";
import type { Socket } from "bun";
import type { SnapshotMessage } from "#core/snapshot-delta";
import { createLineBuffer } from "#lib/line-buffer";
import type { Log } from "#telemetry/log";
import { parseWorkerMessage, type WorkerMessage } from "./messages";
import { createSocketWriter, type SocketWriter } from "./socket-writer";

export type SnapshotServer = {
  /**
   * Sends a delta to every connected worker. Resolves when all of them have acknowledged it, or after `ackTimeoutMs`;
   * true when they all did.
   */
  readonly publish: (delta: SnapshotMessage) => Promise<boolean>;
  readonly workers: () => readonly ConnectedWorker[];
  readonly close: () => void;
};

export type ConnectedWorker = {
  readonly worker: number;
  readonly generation: number;
  /** The newest sequence it acknowledged; 0 before the first. */
  readonly acknowledged: number;
};

export type SnapshotServerOptions = {
  /** Path of the unix socket; made with mode 0600. */
  readonly socket: string;
  /** The whole current snapshot: what a worker gets when it connects or asks again. */
  readonly full: () => SnapshotMessage;
  readonly log: Log;
  readonly ackTimeoutMs?: number;
};

const maxLineBytes = 4096;
/** Several full snapshots of the largest installation; a worker that leaves this much unread is stuck. */
const maxQueuedBytes = 512 * 1024 * 1024;

type Connection = {
  readonly socket: Socket<undefined>;
  readonly writer: SocketWriter;
  readonly lines: ReturnType<typeof createLineBuffer>;
  identity?: { readonly worker: number; readonly generation: number };
  acknowledged: number;
};

type Waiter = { readonly sequence: number; readonly settle: (all: boolean) => void };

/** Listens on the snapshot socket. Throws when the socket cannot be made. */
export function createSnapshotServer({
  socket,
  full,
  log,
  ackTimeoutMs = 1000,
}: SnapshotServerOptions): SnapshotServer {
  const connections = new Map<Socket<undefined>, Connection>();
  const waiters = new Set<Waiter>();
  let encoded: { readonly sequence: number; readonly bytes: Uint8Array } | undefined;

  const send = (connection: Connection, bytes: Uint8Array) => {
    if (connection.writer.send(bytes)) return;
    log.warn({ ...connection.identity }, "Closed a snapshot connection: its worker does not read");
    connection.socket.terminate();
  };
  const sendFull = (connection: Connection) => {
    const message = full();
    if (encoded?.sequence !== message.sequence) encoded = { sequence: message.sequence, bytes: encode(message) };
    send(connection, encoded.bytes);
  };
  const behind = (sequence: number) =>
    [...connections.values()].filter(({ identity, acknowledged }) => identity !== undefined && acknowledged < sequence);
  const settleWaiters = () => {
    for (const waiter of waiters) if (behind(waiter.sequence).length === 0) waiter.settle(true);
  };
  const receive = (connection: Connection, message: WorkerMessage) => {
    switch (message.type) {
      case "hello":
        connection.identity = { worker: message.worker, generation: message.generation };
        sendFull(connection);
        return;
      case "resync":
        sendFull(connection);
        return;
      case "ack":
        connection.acknowledged = Math.max(connection.acknowledged, message.sequence);
        settleWaiters();
    }
  };

  rmSync(socket, { force: true });
  const listener = Bun.listen<undefined>({
    unix: socket,
    socket: {
      open: (peer) => {
        const writer = createSocketWriter(peer, maxQueuedBytes);
        connections.set(peer, { socket: peer, writer, lines: createLineBuffer(maxLineBytes), acknowledged: 0 });
      },
      data: (peer, chunk) => {
        const connection = connections.get(peer);
        if (connection === undefined) return;
        const messages = readMessages(connection.lines, chunk);
        if (messages === undefined) peer.terminate();
        for (const message of messages ?? []) receive(connection, message);
      },
      drain: (peer) => connections.get(peer)?.writer.drain(),
      close: (peer) => {
        connections.delete(peer);
        settleWaiters();
      },
      error: (peer) => peer.terminate(),
    },
  });
  chmodSync(socket, 0o600);

  const acknowledgedByAll = (sequence: number) =>
    new Promise<boolean>((resolve) => {
      const waiter: Waiter = {
        sequence,
        settle: (all) => {
          clearTimeout(timer);
          waiters.delete(waiter);
          resolve(all);
        },
      };
      const timer = setTimeout(() => {
        log.warn(
          { sequence, workers: behind(sequence).map(({ identity }) => identity) },
          "Workers are late with a snapshot",
        );
        waiter.settle(false);
      }, ackTimeoutMs);
      waiters.add(waiter);
      settleWaiters();
    });

  return {
    publish: (delta) => {
      const bytes = encode(delta);
      for (const connection of connections.values()) if (connection.identity !== undefined) send(connection, bytes);
      return acknowledgedByAll(delta.sequence);
    },
    workers: () =>
      [...connections.values()].flatMap(({ identity, acknowledged }) =>
        identity === undefined ? [] : [{ ...identity, acknowledged }],
      ),
    close: () => {
      listener.stop(true);
      for (const waiter of waiters) waiter.settle(false);
      rmSync(socket, { force: true });
    },
  };
}

function encode(message: SnapshotMessage): Uint8Array {
  return Buffer.from(`${JSON.stringify(message)}\n`);
}

/** Undefined when the peer does not speak this protocol. */
function readMessages(lines: Connection["lines"], chunk: Uint8Array): readonly WorkerMessage[] | undefined {
  try {
    const messages = lines.push(chunk).map(parseWorkerMessage);
    return messages.every((message) => message !== undefined) ? messages : undefined;
  } catch {
    return undefined;
  }
}
