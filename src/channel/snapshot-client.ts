import type { Socket } from "bun";
import type { Snapshot } from "#core/snapshot";
import { createLineBuffer, type LineBuffer } from "#lib/line-buffer";
import type { Log } from "#telemetry/log";
import type { WorkerMessage } from "./messages";
import { applySnapshotMessage, type SnapshotMessage } from "./snapshot-delta";
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
  /** Called with every new snapshot, before it is acknowledged. */
  readonly onSnapshot: (snapshot: Snapshot) => void;
  readonly log: Log;
};

const minBackoffMs = 50;
/** Short, for a worker without a snapshot serves nobody; finding no socket costs microseconds. */
const maxBackoffMs = 100;
const maxLineBytes = 1024 * 1024 * 1024;
const maxQueuedBytes = 1024 * 1024;

type Link = { readonly lines: LineBuffer; readonly writer: SocketWriter };

/** Connects to the control plane's snapshot channel, and again for ever when it goes away. */
export function connectSnapshot(options: SnapshotClientOptions): SnapshotClient {
  const { socket: path, worker, generation, onSnapshot, log } = options;
  const links = new Map<Socket<undefined>, Link>();
  let current: Snapshot | undefined;
  let socket: Socket<undefined> | undefined;
  let closed = false;
  let backoffMs = minBackoffMs;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const say = (link: Link, message: WorkerMessage) => link.writer.send(Buffer.from(`${JSON.stringify(message)}\n`));
  const apply = (link: Link, line: string) => {
    const message: SnapshotMessage = JSON.parse(line);
    // The whole was sent while this delta was on its way: it is in there already.
    const known = message.type === "delta" && current !== undefined && message.sequence <= current.sequence;
    if (known) return say(link, { type: "ack", sequence: current?.sequence ?? 0 });
    const next = applySnapshotMessage(current, message);
    if (next === undefined) return say(link, { type: "resync" });
    current = next;
    onSnapshot(next);
    return say(link, { type: "ack", sequence: next.sequence });
  };
  const receive = (peer: Socket<undefined>, chunk: Uint8Array) => {
    const link = links.get(peer);
    if (link === undefined) return;
    try {
      for (const line of link.lines.push(chunk)) apply(link, line);
    } catch (err) {
      log.error({ err }, "Cannot apply a snapshot message, asking for the whole again");
      peer.terminate();
    }
  };
  const reconnect = () => {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(connect, backoffMs * (0.5 + Math.random() / 2));
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
          const link = { lines: createLineBuffer(maxLineBytes), writer: createSocketWriter(peer, maxQueuedBytes) };
          links.set(peer, link);
          say(link, { type: "hello", worker, generation, sequence: current?.sequence ?? 0 });
        },
        data: receive,
        drain: (peer) => links.get(peer)?.writer.drain(),
        close: (peer) => {
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
    current: () => current,
    connected: () => socket !== undefined,
    close: () => {
      closed = true;
      clearTimeout(timer);
      socket?.terminate();
    },
  };
}
