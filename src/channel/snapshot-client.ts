import type { Socket } from "bun";
import type { Snapshot } from "#core/snapshot";
import type { Log } from "#telemetry/log";
import type { KnownWords } from "./entry-shapes";
import { createLineQueue, type LineQueue } from "./line-queue";
import { encodeWorkerMessage, parseControlMessage, type WorkerMessage } from "./messages";
import { receive } from "./receive";
import type { Release } from "./release";
import { snapshotSections } from "./sections";
import { createSocketWriter, type SocketWriter } from "./socket-writer";

export type SnapshotClient = {
  /** The newest snapshot; kept for ever, whatever becomes of the control plane. Undefined before the first. */
  readonly current: () => Snapshot | undefined;
  readonly connected: () => boolean;
  readonly close: () => void;
};

export type SnapshotClientOptions = {
  readonly socket: string;
  readonly worker: number;
  readonly generation: number;
  /** Of this end. */
  readonly release: Release;
  readonly known?: KnownWords;
  /** Called with every new snapshot, before it is acknowledged. */
  readonly onSnapshot: (snapshot: Snapshot) => void;
  readonly log: Log;
};

const minBackoffMs = 50;
/** Short, for a worker serves no request before it has a snapshot; to find no socket costs microseconds. */
const maxBackoffMs = 100;
/** After a snapshot that cannot be read: a control plane that closes the connection then would send it again at once. */
const refusedBackoffMs = 1000;
const maxLineBytes = 1024 * 1024 * 1024;
const maxQueuedBytes = 1024 * 1024;

type Link = { readonly lines: LineQueue; readonly writer: SocketWriter };

/** Connects to the control plane's snapshot channel, and again for ever when it goes away. */
export function connectSnapshot(options: SnapshotClientOptions): SnapshotClient {
  const { socket: path, log } = options;
  const links = new Map<Socket<undefined>, Link>();
  const reader = createSnapshotReader(options);
  let socket: Socket<undefined> | undefined;
  let closed = false;
  let backoffMs = minBackoffMs;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const linkTo = (peer: Socket<undefined>): Link => {
    const writer = createSocketWriter(peer, maxQueuedBytes);
    const say = (message: WorkerMessage) => writer.send(encodeWorkerMessage(message));
    const lines = createLineQueue({
      maxLineBytes,
      read: (line) => {
        const reply = reader.read(line);
        if (reply !== undefined) say(reply);
      },
      onError: (err) => {
        log.error({ err }, "Cannot apply a snapshot message, asking for the whole again");
        peer.terminate();
      },
    });
    say(reader.hello());
    return { lines, writer };
  };
  const reconnect = () => {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(connect, (reader.refused() ? refusedBackoffMs : backoffMs) * (0.5 + Math.random() / 2));
    backoffMs = Math.min(backoffMs * 2, maxBackoffMs);
  };
  const connect = () => {
    Bun.connect<undefined>({
      unix: path,
      socket: {
        open: (peer) => {
          if (closed) return void peer.terminate();
          socket = peer;
          backoffMs = minBackoffMs;
          links.set(peer, linkTo(peer));
        },
        data: (peer, chunk) => links.get(peer)?.lines.push(chunk),
        drain: (peer) => links.get(peer)?.writer.drain(),
        close: (peer) => {
          links.get(peer)?.lines.close();
          if (!links.delete(peer)) return;
          socket = undefined;
          reconnect();
        },
        error: (peer) => peer.terminate(),
      },
    }).catch(reconnect);
  };
  connect();

  return {
    current: reader.current,
    connected: () => socket !== undefined,
    close: () => {
      closed = true;
      clearTimeout(timer);
      socket?.terminate();
    },
  };
}

type SnapshotReader = {
  readonly hello: () => WorkerMessage;
  /** Takes a line and gives the reply, if there is one. Throws where it is no message at all. */
  readonly read: (line: string) => WorkerMessage | undefined;
  readonly current: () => Snapshot | undefined;
  /** Whether the last snapshot that came could not be read. */
  readonly refused: () => boolean;
};

function createSnapshotReader(options: SnapshotClientOptions): SnapshotReader {
  const { worker, generation, release, known, onSnapshot, log } = options;
  const sections = snapshotSections(known);
  let current: Snapshot | undefined;
  let staged: Snapshot | undefined;
  let refusal: string | undefined;
  /** Each reason is logged the first time. */
  const note = (why: string) => {
    if (why !== refusal)
      log.error({ why }, "Cannot read a snapshot of the control plane, going on with the one before");
    refusal = why;
  };
  return {
    hello: () => ({ type: "hello", worker, generation, sequence: current?.sequence ?? 0, release }),
    read: (line) => {
      const message = parseControlMessage(line);
      if (message === undefined) throw new Error("Cannot read a line of the snapshot channel");
      const received = receive(message, { current, staged }, sections, release);
      const { snapshot, reply } = received;
      staged = received.staged;
      if (reply?.type === "refused") note(reply.why);
      if (reply?.type === "ack") refusal = undefined;
      if (snapshot === undefined || snapshot === current) return reply;
      current = snapshot;
      onSnapshot(snapshot);
      return reply;
    },
    current: () => current,
    refused: () => refusal !== undefined,
  };
}
