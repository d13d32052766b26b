import { chmodSync, rmSync } from "node:fs";
import type { Socket } from "bun";
import { createLineBuffer } from "#lib/line-buffer";
import type { Log } from "#telemetry/log";
import { createAcknowledgements } from "./acknowledgements";
import { parseWorkerMessage, type SnapshotMessage, type WorkerMessage } from "./messages";
import type { Release } from "./release";
import { encodeSnapshot } from "./series";
import { shareLines } from "./shared-lines";
import { createSocketWriter, type SocketWriter } from "./socket-writer";
import { type ConnectedWorker, createWorkerLink, type WorkerLink, type WorkerLinkParts } from "./worker-link";

export type SnapshotServer = {
  /**
   * Sends a delta to every connected worker. Resolves with those that do not have it: because they cannot read it, or
   * did not acknowledge it within `ackTimeoutMs`.
   * @param endedKeys Gives the hashes of the virtual keys that it ends; asked where a worker cannot read it.
   */
  readonly publish: (
    delta: SnapshotMessage,
    endedKeys?: () => readonly string[],
  ) => Promise<readonly ConnectedWorker[]>;
  readonly workers: () => readonly ConnectedWorker[];
  readonly close: () => void;
};

export type SnapshotServerOptions = {
  /** Path of the unix socket; made with mode 0600. */
  readonly socket: string;
  /** Of this end. */
  readonly release: Release;
  /** Of the current snapshot. */
  readonly sequence: () => number;
  /** The whole current snapshot: what a worker gets when it connects or asks again. */
  readonly full: () => SnapshotMessage;
  /** The hashes of all virtual keys that are served. */
  readonly servedKeys: () => readonly string[];
  readonly log: Log;
  readonly ackTimeoutMs?: number;
};

const maxLineBytes = 4096;
/** A worker that leaves as much of changes unread is stuck. */
const maxQueuedBytes = 512 * 1024 * 1024;
/** Workers that are started together ask within this time. */
const sharedMs = 10_000;

type Connection = {
  readonly socket: Socket<undefined>;
  readonly writer: SocketWriter;
  readonly lines: ReturnType<typeof createLineBuffer>;
  readonly link: WorkerLink;
};

/** Listens on the snapshot socket. Throws when the socket cannot be made. */
export function createSnapshotServer(options: SnapshotServerOptions): SnapshotServer {
  const { socket, release: own, log, ackTimeoutMs = 1000 } = options;
  const connections = new Map<Socket<undefined>, Connection>();
  const workersThat = (are: (link: WorkerLink) => boolean) =>
    [...connections.values()].flatMap(({ link }) => (are(link) ? (link.worker() ?? []) : []));
  const acknowledgements = createAcknowledgements(
    (sequence) => workersThat((link) => link.isBehind(sequence)).length > 0,
    {
      timeoutMs: ackTimeoutMs,
      onLate: (sequence) => {
        const workers = workersThat((link) => link.isBehind(sequence));
        log.warn({ sequence, workers }, "Workers are late with a snapshot");
      },
    },
  );
  const linkParts: SharedLinkParts = {
    own,
    full: createFullLines(options),
    servedKeys: () => ({ sequence: options.sequence(), hashes: options.servedKeys() }),
    onRefusal: (worker) =>
      log.error(
        { ...worker },
        "A worker cannot read snapshots of this version and keeps the one it has: headgate restart",
      ),
  };
  const listener = listen(socket, connections, linkParts, { log, onChange: acknowledgements.check });
  return {
    publish: async (delta, endedKeys = noKeys) => {
      const lines = [...encodeSnapshot(delta, own)];
      for (const { link } of connections.values()) link.publish(lines, delta.sequence, endedKeys);
      await acknowledgements.ofAll(delta.sequence);
      return workersThat((link) => link.isBehind(delta.sequence) || link.worker()?.refusal !== undefined);
    },
    workers: () => workersThat(() => true),
    close: () => {
      listener.stop(true);
      acknowledgements.giveUp();
      rmSync(socket, { force: true });
    },
  };
}

const noKeys = () => [];

type SharedLinkParts = Omit<WorkerLinkParts, "send" | "sendAll">;

type Listening = {
  readonly log: Log;
  /** Called when a worker said something or went away. */
  readonly onChange: () => void;
};

/** Keeps `connections` to those that are open. */
function listen(
  path: string,
  connections: Map<Socket<undefined>, Connection>,
  linkParts: SharedLinkParts,
  { log, onChange }: Listening,
) {
  rmSync(path, { force: true });
  const listener = Bun.listen<undefined>({
    unix: path,
    socket: {
      open: (peer) => {
        connections.set(peer, connectionOf(peer, linkParts, log));
      },
      data: (peer, chunk) => {
        const connection = connections.get(peer);
        if (connection === undefined) return;
        const messages = readMessages(connection.lines, chunk);
        if (messages === undefined) peer.terminate();
        for (const message of messages ?? []) connection.link.receive(message);
        onChange();
      },
      drain: (peer) => connections.get(peer)?.writer.drain(),
      close: (peer) => {
        connections.delete(peer);
        onChange();
      },
      error: (peer) => peer.terminate(),
    },
  });
  chmodSync(path, 0o600);
  return listener;
}

function connectionOf(socket: Socket<undefined>, linkParts: SharedLinkParts, log: Log): Connection {
  const writer = createSocketWriter(socket, maxQueuedBytes);
  const link = createWorkerLink({
    ...linkParts,
    send: (line) => {
      if (writer.send(line)) return;
      log.warn({ ...link.worker() }, "Closed a snapshot connection: its worker does not read");
      socket.terminate();
    },
    sendAll: writer.sendAll,
  });
  return { socket, writer, lines: createLineBuffer(maxLineBytes), link };
}

/** Encodes a full snapshot once for all that ask for it at about the same time: it may have 60 MB. */
function createFullLines({ sequence, full, release }: SnapshotServerOptions): () => Iterable<Uint8Array> {
  let shared: { readonly sequence: number; readonly lines: Iterable<Uint8Array> } | undefined;
  let forgetting: ReturnType<typeof setTimeout> | undefined;
  return () => {
    if (shared?.sequence === sequence()) return shared.lines;
    shared = { sequence: sequence(), lines: shareLines(encodeSnapshot(full(), release)) };
    clearTimeout(forgetting);
    forgetting = setTimeout(() => {
      shared = undefined;
    }, sharedMs);
    forgetting.unref();
    return shared.lines;
  };
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
