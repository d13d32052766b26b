import { isIP } from "node:net";
import { ConnectionError } from "./connection-error";
import type { Origin } from "./origin";
import { type Link, plainHandler, type SocketHolder, tlsHandler, type UpstreamSocket } from "./socket-holder";
import { Tunnel } from "./tunnel";

/** The least time that an address has before the next is tried. */
const minSliceMs = 250;

export type Dialed = {
  readonly opened: (socket: UpstreamSocket) => void;
  readonly failed: (cause: Error) => void;
};

/**
 * Opens a connection to one of the addresses of an origin: the next one is tried when one fails, or has had its share of
 * the time. A connection attempt cannot be called off, only closed when it succeeds.
 */
export class Dialing {
  private index = 0;
  private startedMs: number;
  private attempt: Attempt | undefined;
  private readonly sliceMs: number;

  constructor(
    private readonly origin: Origin,
    private readonly addresses: readonly string[],
    nowMs: number,
    connectMs: number,
    private readonly dialed: Dialed,
  ) {
    this.startedMs = nowMs;
    this.sliceMs = Math.max(minSliceMs, connectMs / addresses.length);
    this.tryNext(new ConnectionError("ENOTFOUND"));
  }

  tick(nowMs: number): void {
    if (this.index >= this.addresses.length || nowMs - this.startedMs < this.sliceMs) return;
    this.startedMs = nowMs;
    this.abandon();
    this.tryNext(new ConnectionError("ETIMEDOUT"));
  }

  abandon(): void {
    this.attempt?.abandon();
    this.attempt = undefined;
  }

  private tryNext(cause: Error): void {
    const address = this.addresses[this.index];
    if (address === undefined) {
      this.dialed.failed(cause);
      return;
    }
    this.index++;
    this.attempt = new Attempt(this.origin, address, {
      opened: this.dialed.opened,
      failed: (why) => this.tryNext(why),
    });
  }
}

/** Holds the socket that a TLS connection runs over. */
const nobody: SocketHolder = {
  connected: () => undefined,
  opened: () => undefined,
  received: () => undefined,
  drained: () => undefined,
  closed: () => undefined,
};

function connect(options: Bun.TCPSocketConnectOptions<Link>, failed: (cause: Error) => void): void {
  Bun.connect(options).then(undefined, failed);
}

/** One connection attempt to one address. */
class Attempt implements SocketHolder {
  private isOver = false;
  private socket: UpstreamSocket | undefined;

  constructor(
    { host, isSecure, port, proxy, tlsSession }: Origin,
    address: string,
    private readonly dialed: Dialed,
  ) {
    const link: Link = { holder: this, tlsSession };
    // A name to check the certificate against; an address is one itself.
    const tls = { rejectUnauthorized: true, ...(isIP(host) === 0 && { serverName: host }) };
    const failed = (cause: Error) => this.closed(cause);
    if (isSecure && proxy !== undefined) {
      const secure = (socket: UpstreamSocket) => {
        socket.data.holder = nobody;
        socket.upgradeTLS({ data: link, socket: tlsHandler, tls });
      };
      const holder = new Tunnel(`${isIP(host) === 6 ? `[${host}]` : host}:${port}`, proxy, secure, this);
      connect({ hostname: address, port: proxy.port, data: { holder, tlsSession }, socket: plainHandler }, failed);
    } else if (isSecure) {
      connect({ hostname: address, port, data: link, socket: tlsHandler, tls }, failed);
    } else {
      connect({ hostname: address, port: proxy?.port ?? port, data: link, socket: plainHandler }, failed);
    }
  }

  abandon(): void {
    this.isOver = true;
    this.socket?.terminate();
  }

  connected(socket: UpstreamSocket): void {
    this.socket = socket;
    socket.unref();
    if (this.isOver) socket.terminate();
  }

  opened(socket: UpstreamSocket): void {
    if (this.isOver) return;
    this.isOver = true;
    this.dialed.opened(socket);
  }

  received(): void {}

  drained(): void {}

  closed(cause: Error | undefined): void {
    if (this.isOver) return;
    this.isOver = true;
    this.dialed.failed(cause ?? new ConnectionError("ECONNRESET"));
  }
}
