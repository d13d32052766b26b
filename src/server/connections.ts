import { type StartTimer, startTimer } from "#lib/timer";
import type { ClientConnection } from "./client-connection";
import type { OpenFiles } from "./open-files";

/** How often connections are looked at whose time may be up. */
const sweepMs = 1000;

/** How long a connection may be silent while descriptors are scarce. */
const scarceIdleMs = 2000;

/** The open connections of a server. */
export class Connections {
  private readonly all: ClientConnection[] = [];
  private stop: (() => void) | undefined;

  constructor(
    private readonly nowMs: () => number,
    private readonly files: OpenFiles,
    private readonly start: StartTimer = startTimer,
  ) {}

  add(connection: ClientConnection): void {
    connection.place = this.all.push(connection) - 1;
    this.files.judge(this.all.length);
    this.arm();
  }

  remove(connection: ClientConnection): void {
    const { place } = connection;
    const last = this.all.pop();
    this.files.judge(this.all.length);
    if (last === undefined || last === connection) return;
    this.all[place] = last;
    last.place = place;
  }

  /** Ends those on which no request runs. */
  endIdle(): void {
    for (const connection of [...this.all]) if (connection.isIdle) connection.end();
  }

  cutAll(): void {
    this.stop?.();
    this.stop = undefined;
    for (const connection of [...this.all]) connection.cut();
  }

  /** The timer runs while there are connections. */
  private arm(): void {
    this.stop ??= this.start(() => {
      this.stop = undefined;
      try {
        const nowMs = this.nowMs();
        this.files.measure(this.all.length);
        const idleSinceMs = this.files.isScarce ? nowMs - scarceIdleMs : Number.NEGATIVE_INFINITY;
        for (const connection of [...this.all]) {
          if (connection.untilMs <= nowMs) connection.expire();
          else if (connection.idleSinceMs <= idleSinceMs) connection.cut();
        }
      } finally {
        if (this.all.length > 0) this.arm();
      }
    }, sweepMs);
  }
}
