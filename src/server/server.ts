import { SocketWriter } from "#lib/socket-writer";
import { ClientConnection, type ClientSocket } from "./client-connection";
import { Connections } from "./connections";
import type { RequestHandler } from "./exchange";
import { OpenFiles, type OpenFilesSource } from "./open-files";
import { RestingConnections } from "./resting-connections";
import { steerConnections } from "./steer-connections";

export type ServerOptions = {
  readonly host: string;
  readonly port: number;
  /** PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Lets several workers listen on the same port. */
  readonly reusePort: boolean;
  /** How many listen on the port together; another generation of as many may come later. */
  readonly listeners?: number;
  /** How long a kept-alive connection may be silent between requests, and a client may stop reading an answer. */
  readonly idleTimeoutS?: number;
  /** How many files and sockets this process may open and has; left out: no limit is looked at. */
  readonly openFiles?: OpenFilesSource;
  readonly handler: RequestHandler;
  /** An answer that failed after its first byte: the client's connection was cut. */
  readonly onCut: (cause: unknown) => void;
};

export type DrainOptions = {
  readonly timeoutMs: number;
  /** Another server listens on the port already. */
  readonly replaced?: boolean;
  readonly onLate?: () => void;
};

export type HttpServer = {
  readonly port: number;
  readonly runningRequests: () => number;
  /**
   * Stops accepting, closes idle connections, lets running requests end and cuts those that remain after the time.
   * `onLate` is called before that: it may end them with an error event.
   */
  readonly drain: (how: DrainOptions) => Promise<void>;
  /** Closes everything at once. */
  readonly stop: () => Promise<void>;
};

const drainPollMs = 20;
/**
 * How long a draining server still listens. Closing it resets every connection on which no request runs, also one whose
 * next request is on its way: a busy client hears `connection: close` before that and goes to another worker.
 */
const noticeMs = 250;
/**
 * How much longer kept connections stay where another server has the port: clients come back to those that they have in
 * store, and one that is closed in that moment fails a request.
 */
const keptMs = 2000;
/**
 * How long a replaced server listens on after the last connection was led past it: what waits in its queue is accepted in the
 * next turns, on a busy machine some hundred milliseconds later.
 */
const pastMs = 250;
/** For the last words of answers that are late. */
const lateMs = 1000;

/** HTTP/1.1 on bare sockets: a request costs half of what it does with Bun's own server (docs/decisions). */
export function startServer(options: ServerOptions): HttpServer {
  const { handler, idleTimeoutS = 120, onCut } = options;
  const nowMs = () => performance.now();
  const files = new OpenFiles(options.openFiles ?? unlimited);
  const connections = new Connections(nowMs, files);
  let [running, isDraining, isUnreplaced] = [0, false, false];
  const services = {
    handler,
    onCut,
    writer: new SocketWriter(),
    date: createDateHeader(),
    nowMs,
    resting: new RestingConnections(nowMs),
    idleMs: idleTimeoutS * 1000,
    isDraining: () => isDraining,
    isShort: () => files.isScarce,
    isUnreplaced: () => isUnreplaced,
    count: (change: 1 | -1) => {
      running += change;
    },
  };
  const listener = listen(options, (socket) => new ClientConnection(socket, services), connections, files);
  const idle = async (timeoutMs: number) => {
    const endMs = nowMs() + timeoutMs;
    while (running > 0 && nowMs() < endMs) await Bun.sleep(drainPollMs);
  };
  return {
    port: listener.port,
    runningRequests: () => running,
    drain: async ({ timeoutMs, replaced, onLate }) => {
      isDraining = true;
      isUnreplaced = replaced !== true;
      const { listeners = 1 } = options;
      const isSteered = replaced === true && steerConnections(listener, listeners, "any-newer");
      await Bun.sleep(Math.min(noticeMs, timeoutMs));
      if (isSteered && steerConnections(listener, listeners, "first-newer"))
        await Bun.sleep(Math.min(pastMs, timeoutMs));
      listener.stop();
      if (replaced === true) await Bun.sleep(Math.min(keptMs, timeoutMs));
      connections.endIdle();
      await idle(timeoutMs);
      if (running > 0 && onLate !== undefined) {
        onLate();
        await idle(lateMs);
      }
      connections.cutAll();
    },
    stop: async () => {
      listener.stop();
      connections.cutAll();
    },
  };
}

function listen(
  options: ServerOptions,
  make: (socket: ClientSocket) => ClientConnection,
  connections: Connections,
  files: OpenFiles,
) {
  const closed = (socket: ClientSocket) => {
    const { data: connection } = socket;
    socket.data = undefined;
    if (connection === undefined) return;
    connections.remove(connection);
    connection.closed();
  };
  const address = { hostname: options.host, port: options.port, reusePort: options.reusePort };
  return Bun.listen<ClientConnection | undefined>({
    ...address,
    ...(options.tls !== undefined && { tls: options.tls }),
    data: undefined,
    socket: {
      binaryType: "buffer",
      open: (socket) => {
        if (files.isExhausted) return void socket.terminate();
        const connection = make(socket);
        socket.data = connection;
        connections.add(connection);
      },
      data: (socket, bytes) => socket.data?.received(bytes),
      drain: (socket) => socket.data?.drained(),
      end: (socket) => void socket.end(),
      close: closed,
      error: closed,
    },
  });
}

const unlimited: OpenFilesSource = { limit: Number.POSITIVE_INFINITY, count: () => 0 };

/** Made anew once a second. */
function createDateHeader(): () => string {
  let second = 0;
  let text = "";
  return () => {
    const now = Math.floor(Date.now() / 1000);
    if (now === second) return text;
    second = now;
    text = new Date(now * 1000).toUTCString();
    return text;
  };
}
