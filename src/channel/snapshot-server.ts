import { chmodSync, rmSync } from "node:fs";
import type { Socket } from "bun";
import { createLineBuffer } from "#lib/line-buffer";
import type { Log } from "#telemetry/log";
import { createAcknowledgements } from "./acknowledgements";
import { parseWorkerMessage, type WorkerMessage } from "./messages";
import type { SnapshotMessage } from "./snapshot-delta";
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

/** Listens on the snapshot socket. Throws when the socket cannot be made. */
export function createSnapshotServer(options: SnapshotServerOptions): SnapshotServer {
  const { socket, log, ackTimeoutMs = 1000 } = options;
  const connections = new Map<Socket<undefined>, Connection>();
  const behind = (sequence: number) =>
    [...connections.values()].filter(({ identity, acknowledged }) => identity !== undefined && acknowledged < sequence);
  const acknowledgements = createAcknowledgements((sequence) => behind(sequence).length > 0, {
    timeoutMs: ackTimeoutMs,
    onLate: (sequence) => {
      const workers = behind(sequence).map(({ identity }) => identity);
      log.warn({ sequence, workers }, "Workers are late with a snapshot");
    },
  });
  const send = (connection: Connection, bytes: Uint8Array) => {
    if (connection.writer.send(bytes)) return;
    log.warn({ ...connection.identity }, "Closed a snapshot connection: its worker does not read");
    connection.socket.terminate();
  };
  const fullBytes = createFullBytes(options.full);
  const receive = (connection: Connection, message: WorkerMessage) => {
    switch (message.type) {
      case "hello":
        connection.identity = { worker: message.worker, generation: message.generation };
        return send(connection, fullBytes());
      case "resync":
        return send(connection, fullBytes());
      case "ack":
        connection.acknowledged = Math.max(connection.acknowledged, message.sequence);
        acknowledgements.look();
    }
  };
  const listener = listen(socket, connections, { receive, onClose: acknowledgements.look });
  return {
    publish: (delta) => {
      const bytes = encode(delta);
      for (const connection of connections.values()) if (connection.identity !== undefined) send(connection, bytes);
      return acknowledgements.ofAll(delta.sequence);
    },
    workers: () =>
      [...connections.values()].flatMap(({ identity, acknowledged }) =>
        identity === undefined ? [] : [{ ...identity, acknowledged }],
      ),
    close: () => {
      listener.stop(true);
      acknowledgements.giveUp();
      rmSync(socket, { force: true });
    },
  };
}

type Handlers = {
  readonly receive: (connection: Connection, message: WorkerMessage) => void;
  readonly onClose: () => void;
};

/** Keeps `connections` to who is connected. */
function listen(path: string, connections: Map<Socket<undefined>, Connection>, { receive, onClose }: Handlers) {
  rmSync(path, { force: true });
  const listener = Bun.listen<undefined>({
    unix: path,
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
        onClose();
      },
      error: (peer) => peer.terminate(),
    },
  });
  chmodSync(path, 0o600);
  return listener;
}

/** Encodes a full snapshot once for all that ask for it. */
function createFullBytes(full: () => SnapshotMessage): () => Uint8Array {
  let encoded: { readonly sequence: number; readonly bytes: Uint8Array } | undefined;
  return () => {
    const message = full();
    if (encoded?.sequence !== message.sequence) encoded = { sequence: message.sequence, bytes: encode(message) };
    return encoded.bytes;
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
