import { type StartTimer, startTimer } from "#lib/timer";

/**
 * How long a connection is not read, at least and at most, on which a request was refused for want of room that came sooner
 * than the refusal before had asked for. A client that asks again at once would take the time that running requests need: a
 * refusal costs a quarter of an answer.
 */
const leastRestMs = 100;
const mostRestMs = 1000;
/** How long a refused client is told to wait (`retry-after`). */
const toldMs = 1000;
/** So long after a rest what comes was sent in it: the connection is read a moment after it may be. */
const restedMs = 100;
/**
 * So many refusals within the least time cost next to nothing, and one more for so many answers: their connections are read at
 * once. By answers, for what a refusal takes away is a share of what is answered, whatever the machine can do.
 */
const freeRefusals = 10;
const answersForARefusal = 8;
/** How often it is looked whose rest is over. */
const stepMs = 25;

type Resting = {
  /** Its client was told to ask no sooner. */
  mayAskAtMs: number;
  readonly rested: () => void;
};

/**
 * Connections that are not read for a moment, in the order in which they will be again: of a flood of refusals those whose
 * clients do not wait as they are told. For one that does a rest would be six system calls and two turns for nothing.
 */
export class RestingConnections {
  private waiting: { readonly connection: Resting; readonly untilMs: number }[] = [];
  private isArmed = false;
  private countedFromMs = 0;
  private refusals = 0;
  private answers = 0;
  private allowed = freeRefusals;

  constructor(
    private readonly nowMs: () => number,
    private readonly start: StartTimer = startTimer,
  ) {}

  /** A request was answered. */
  served(): void {
    this.answers += 1;
  }

  /** A request was refused on the connection. Gives whether it rests from now on, until `rested` is called. */
  take(connection: Resting): boolean {
    const nowMs = this.nowMs();
    const isEarly = nowMs < connection.mayAskAtMs;
    connection.mayAskAtMs = nowMs + toldMs;
    if (!isEarly) return false;
    const elapsedMs = nowMs - this.countedFromMs;
    if (elapsedMs >= leastRestMs) {
      this.allowed = freeRefusals + (this.answers * leastRestMs) / elapsedMs / answersForARefusal;
      this.countedFromMs = nowMs;
      this.refusals = 0;
      this.answers = 0;
    }
    this.refusals += 1;
    if (this.refusals <= this.allowed) return false;
    // So long that no more of those that wait come back at a time than are allowed.
    const restMs = (leastRestMs * this.waiting.length) / this.allowed;
    connection.mayAskAtMs += restedMs;
    this.waiting.push({ connection, untilMs: nowMs + Math.min(mostRestMs, Math.max(leastRestMs, restMs)) });
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
