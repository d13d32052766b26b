import type { SocketWriter } from "#lib/socket-writer";
import type { Connection, ConnectionOwner } from "./connection";
import type { IdleConnections } from "./idle-connections";
import type { HttpProxy } from "./proxies";

/** Where connections go that can carry each other's requests: scheme, host and port. */
export class Origin implements ConnectionOwner {
  tlsSession: Uint8Array | undefined;
  /** The one that was used last is used next, so that those that are too many grow old. */
  private readonly idle: Connection[] = [];

  constructor(
    readonly isSecure: boolean,
    readonly host: string,
    readonly port: number,
    readonly proxy: HttpProxy | undefined,
    readonly writer: SocketWriter,
    private readonly idleConnections: IdleConnections,
  ) {}

  /** A connection that waits for a request, if there is one. */
  take(): Connection | undefined {
    for (let connection = this.idle.pop(); connection !== undefined; connection = this.idle.pop()) {
      if (this.idleConnections.takeOut(connection)) return connection;
      connection.close();
    }
    return undefined;
  }

  /** The connection waits for another request. */
  release(connection: Connection): void {
    this.idle.push(connection);
    this.idleConnections.add(connection);
  }

  /** The connection has closed. */
  forget(connection: Connection): void {
    this.idleConnections.takeOut(connection);
    const index = this.idle.lastIndexOf(connection);
    if (index >= 0) this.idle.splice(index, 1);
  }
}
