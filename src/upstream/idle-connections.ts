import type { StartTimer } from "#lib/timer";
import type { Connection } from "./connection";

/** Less than the minute after which load balancers commonly close: a request on its way to a closed one is lost. */
const idleMs = 55_000;
/** A server that says how long it waits may close a moment earlier than we think. */
const marginMs = 1000;
const maxIdle = 1024;
const sweepMs = 5000;

/** The connections to all providers that wait for a request: so many, for so long, the oldest closed first. */
export class IdleConnections {
  /** In the order in which they became idle. */
  private readonly connections = new Set<Connection>();
  private isSweeping = false;

  constructor(
    private readonly nowMs: () => number,
    private readonly startTimer: StartTimer,
  ) {}

  add(connection: Connection): void {
    const { serverKeepsMs = Number.POSITIVE_INFINITY } = connection;
    connection.idleUntilMs = this.nowMs() + Math.min(idleMs, serverKeepsMs - marginMs);
    this.connections.add(connection);
    if (this.connections.size > maxIdle) this.connections.values().next().value?.close();
    if (!this.isSweeping) this.sweepLater();
  }

  /** False where the connection has waited too long, or not at all. */
  takeOut(connection: Connection): boolean {
    return this.connections.delete(connection) && connection.idleUntilMs > this.nowMs();
  }

  private sweepLater(): void {
    this.isSweeping = true;
    this.startTimer(() => this.sweep(), sweepMs);
  }

  private sweep(): void {
    this.isSweeping = false;
    const nowMs = this.nowMs();
    for (const connection of this.connections) if (connection.idleUntilMs <= nowMs) connection.close();
    if (this.connections.size > 0) this.sweepLater();
  }
}
