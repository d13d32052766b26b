import type { Socket, SocketHandler } from "bun";
import { ConnectionError, closedEarly } from "./connection-error";

/** Who is told what happens on a socket: first what opens it, then the connection made of it. */
export type SocketHolder = {
  /** The TCP connection stands, over TLS before its handshake: it can be closed from here on. */
  readonly connected: (socket: UpstreamSocket) => void;
  /** It can be written to, which over TLS is after the handshake and the check of the certificate. */
  readonly opened: (socket: UpstreamSocket) => void;
  /** Bytes that nothing writes into later. */
  readonly received: (bytes: Uint8Array) => void;
  /** There is room for what was not written. */
  readonly drained: () => void;
  /** Nothing follows. Without a cause the other side ended in order. Before `opened`: why it could not be opened. */
  readonly closed: (cause: Error | undefined) => void;
};

/** What hangs on a socket. */
export type Link = {
  holder: SocketHolder;
  /** Of an earlier connection to the same server, which shortens the handshake. */
  readonly tlsSession: Uint8Array | undefined;
};

export type UpstreamSocket = Socket<Link>;

/** One object for all sockets. */
export const plainHandler: SocketHandler<Link> = {
  binaryType: "uint8array",
  open: (socket) => {
    socket.data.holder.connected(socket);
    socket.data.holder.opened(socket);
  },
  data: (socket, bytes) => socket.data.holder.received(bytes),
  drain: (socket) => socket.data.holder.drained(),
  close: (socket, cause) => socket.data.holder.closed(cause),
  error: (socket, cause) => socket.data.holder.closed(cause),
  connectError: (socket, cause) => socket.data.holder.closed(cause),
};

/** The certificate is checked against the server's name by Bun, which closes the socket where it does not fit. */
export const tlsHandler: SocketHandler<Link> = {
  ...plainHandler,
  open: (socket) => {
    const { tlsSession } = socket.data;
    if (tlsSession !== undefined) socket.setSession(tlsSession);
    socket.data.holder.connected(socket);
  },
  handshake: (socket, isTrusted, cause) => {
    if (isTrusted && socket.authorized) return socket.data.holder.opened(socket);
    socket.data.holder.closed(cause ?? new ConnectionError("ERR_TLS_CERT"));
    socket.terminate();
  },
  close: (socket, cause) => socket.data.holder.closed(cause ?? (socket.authorized ? undefined : closedEarly())),
};
