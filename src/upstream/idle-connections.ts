import type { StartTimer } from "#lib/timer";

/** Less than the minute after which load balancers commonly close: a request on its way to a closed one is lost. */
const idleMs = 55_000;
/** A server that says how long it waits may close a moment earlier than we think. */
const marginMs = 1000;
const maxIdle = 1024;
const sweepMs = 5000;

/** A connection that may wait, and where it stands among those that do: its neighbours, which are written here alone. */
export type Idle = {
  isWaiting: boolean;
  /** While it waits: until when it may be used. */
  idleUntilMs: number;
  /** How long the server keeps it open while idle, where it says so. */
  readonly serverKeepsMs: number | undefined;
  older: Idle | undefined;
  newer: Idle | undefined;
  readonly close: () => void;
};

/**
 * The connections to all providers that wait for a request: so many, for so long, the oldest closed first. They are a chain,
 * for each request takes one out and adds it again, and a set is laid out anew every few hundred additions.
 */
export class IdleConnections {
  private oldest: Idle | undefined;
  private newest: Idle | undefined;
  private count = 0;
  private isSweeping = false;

  /** @param recentMs `nowMs` as of a moment ago: what it costs to ask the time is saved with each request. */
  constructor(
    private readonly nowMs: () => number,
    private readonly recentMs: () => number,
    private readonly startTimer: StartTimer,
  ) {}

  add(connection: Idle): void {
    const { serverKeepsMs = Number.POSITIVE_INFINITY } = connection;
    connection.idleUntilMs = this.recentMs() + Math.min(idleMs, serverKeepsMs - marginMs);
    connection.isWaiting = true;
    connection.older = this.newest;
    if (this.newest === undefined) this.oldest = connection;
    else this.newest.newer = connection;
    this.newest = connection;
    this.count += 1;
    if (this.count > maxIdle) this.oldest?.close();
    if (!this.isSweeping) this.sweepLater();
  }

  /** False where the connection has waited too long, or not at all. */
  takeOut(connection: Idle): boolean {
    if (!connection.isWaiting) return false;
    const { newer, older } = connection;
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.newest = older;
    else newer.older = older;
    connection.isWaiting = false;
    connection.older = undefined;
    connection.newer = undefined;
    this.count -= 1;
    return connection.idleUntilMs > this.recentMs();
  }

  private sweepLater(): void {
    this.isSweeping = true;
    this.startTimer(() => this.sweep(), sweepMs);
  }

  private sweep(): void {
    this.isSweeping = false;
    const nowMs = this.nowMs();
    for (let connection = this.oldest; connection !== undefined; ) {
      // Closing one may take it out.
      const { newer } = connection;
      if (connection.idleUntilMs <= nowMs) connection.close();
      connection = newer;
    }
    if (this.oldest !== undefined) this.sweepLater();
  }
}
