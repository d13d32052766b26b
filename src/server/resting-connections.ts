import { type StartTimer, startTimer } from "#lib/timer";

/**
 * How long a connection is not read on which a request was refused for want of room. A client that asks again at once, against
 * the `retry-after` that it was told, would take the time that running requests need: a refusal costs a quarter of an answer.
 */
const restMs = 100;
/** So many refusals within that time cost next to nothing: their connections are read at once. */
const freeRefusals = 100;
/** How often it is looked whose rest is over. */
const stepMs = 25;

type Resting = { readonly rested: () => void };

/** Connections that are not read for a moment, in the order in which they will be again: those of a flood of refusals. */
export class RestingConnections {
  private waiting: { readonly connection: Resting; readonly untilMs: number }[] = [];
  private isArmed = false;
  private countedFromMs = 0;
  private refusals = 0;

  constructor(
    private readonly nowMs: () => number,
    private readonly start: StartTimer = startTimer,
  ) {}

  /** A request was refused on the connection. Gives whether it rests from now on, until `rested` is called. */
  take(connection: Resting): boolean {
    const nowMs = this.nowMs();
    if (nowMs - this.countedFromMs >= restMs) {
      this.countedFromMs = nowMs;
      this.refusals = 0;
    }
    this.refusals += 1;
    if (this.refusals <= freeRefusals) return false;
    this.waiting.push({ connection, untilMs: nowMs + restMs });
    this.arm();
    return true;
  }

  private arm(): void {
    if (this.isArmed) return;
    this.isArmed = true;
    this.start(() => {
      this.isArmed = false;
      try {
        this.endRests();
      } finally {
        if (this.waiting.length > 0) this.arm();
      }
    }, stepMs);
  }

  private endRests(): void {
    const nowMs = this.nowMs();
    const over = this.waiting.findIndex(({ untilMs }) => untilMs > nowMs);
    for (const { connection } of this.waiting.splice(0, over < 0 ? this.waiting.length : over)) connection.rested();
  }
}
