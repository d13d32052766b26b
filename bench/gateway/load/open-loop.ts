import type { Socket } from "bun";
import type { Shot } from "./job.ts";
import type { Magazine } from "./magazine.ts";
import type { Tally } from "./tally.ts";

export type OpenLoop = {
  readonly url: URL;
  readonly perSecond: number;
  readonly connections: number;
  readonly seconds: number;
  /** How long a connection is left alone that was refused. */
  readonly patientMs: number;
  /** A 503 is counted as refused. */
  readonly mayRefuse: boolean;
};

/** So often an answer is looked through: reading all of them would cost more than asking. */
const checkedEvery = 16;
/** So many connections are opened at a time. */
const openedAtOnce = 100;

/**
 * So many requests a second are due, whether those before are answered or not. Where no connection is free they are sent
 * later, which counts against whoever is asked. Bare sockets, one write a request and no promise: it has to ask for twice of
 * what a gateway on the same machine can answer.
 */
export async function runOpenLoop(loop: OpenLoop, magazine: Magazine, tally: Tally): Promise<void> {
  const { connections, perSecond, seconds } = loop;
  const done = Promise.withResolvers<void>();
  const lanes = new FreeLanes(loop.patientMs);
  let running = 0;
  const back = (lane: Lane, wasRefused: boolean) => {
    running -= 1;
    lanes.add(lane, wasRefused);
    if (running === 0 && isOver()) done.resolve();
  };
  for (let opened = 0; opened < connections; opened += openedAtOnce) {
    const some = Array.from({ length: Math.min(openedAtOnce, connections - opened) }, () =>
      openLane(loop, tally, back),
    );
    for (const lane of await Promise.all(some)) lanes.add(lane, false);
  }
  tally.restart();
  const startMs = performance.now();
  const due = perSecond * seconds;
  let sent = 0;
  const isOver = () => sent >= due || performance.now() - startMs > 2 * seconds * 1000;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const dueNow = Math.min(due, ((nowMs - startMs) * perSecond) / 1000);
    while (sent < dueNow) {
      const lane = lanes.take(nowMs);
      if (lane === undefined) break;
      running += 1;
      lane.shoot(magazine(), startMs + (sent++ * 1000) / perSecond, running);
    }
    if (isOver()) {
      clearInterval(timer);
      if (running === 0) done.resolve();
    }
  }, 1);
  await done.promise;
}

/** Connections without a request, those that were refused apart until they may ask again. The idle longest is used first. */
class FreeLanes {
  private readonly free: Queue<Lane> = new Queue();
  private readonly refused: Queue<{ readonly lane: Lane; readonly untilMs: number }> = new Queue();

  constructor(private readonly patientMs: number) {}

  add(lane: Lane, wasRefused: boolean): void {
    if (wasRefused && this.patientMs > 0) this.refused.add({ lane, untilMs: performance.now() + this.patientMs });
    else this.free.add(lane);
  }

  take(nowMs: number): Lane | undefined {
    const first = this.refused.first();
    if (first === undefined || first.untilMs > nowMs) return this.free.take();
    this.refused.take();
    return first.lane;
  }
}

/** First in, first out, without moving what is in it at each. */
class Queue<T> {
  private items: T[] = [];
  private taken = 0;

  add(item: T): void {
    this.items.push(item);
  }

  first(): T | undefined {
    return this.items[this.taken];
  }

  take(): T | undefined {
    const item = this.items[this.taken];
    if (item === undefined) return undefined;
    this.taken += 1;
    if (this.taken * 2 > this.items.length) {
      this.items = this.items.slice(this.taken);
      this.taken = 0;
    }
    return item;
  }
}

/** One connection, for one request after the other. */
class Lane {
  socket: Socket<Lane> | undefined;
  private shot: Shot | undefined;
  private dueMs = 0;
  private sentMs = 0;
  private status = 0;
  /** Of the answer's body; -1 before its head has come. */
  private left = -1;
  private answers = 0;
  private text = "";

  constructor(
    private readonly loop: OpenLoop,
    private readonly tally: Tally,
    private readonly back: (lane: Lane, wasRefused: boolean) => void,
  ) {}

  shoot({ shot, bytes }: ReturnType<Magazine>, dueMs: number, running: number): void {
    this.shot = shot;
    this.dueMs = dueMs;
    this.sentMs = performance.now();
    this.left = -1;
    this.text = "";
    this.tally.sent(this.sentMs - dueMs, running);
    if (this.socket === undefined || this.socket.write(bytes) < bytes.length) this.end("the connection takes nothing");
  }

  /** A head comes in one piece: it is sent with one write. */
  data(bytes: Buffer): void {
    if (this.shot === undefined) return;
    if (this.left < 0) {
      const end = bytes.indexOf("\r\n\r\n");
      const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString("latin1", 0, end))?.[1];
      if (end < 0 || length === undefined) {
        this.end("an answer without a length");
        return;
      }
      this.status = Number(bytes.toString("latin1", 9, 12));
      this.left = Number(length) + end + 4;
      this.answers += 1;
    }
    this.left -= bytes.length;
    if (this.answers % checkedEvery === 0) this.text += bytes.toString("latin1");
    if (this.left <= 0) this.end(undefined);
  }

  closed(): void {
    this.socket = undefined;
    if (this.shot !== undefined) this.end("the connection was closed");
  }

  private end(why: string | undefined): void {
    const { dueMs, sentMs, shot, status, tally, text } = this;
    this.shot = undefined;
    const nowMs = performance.now();
    const expected = shot?.expect.kind === "whole" ? shot.expect.contains : [];
    const missing = text === "" ? undefined : expected.find((part) => !text.includes(part));
    if (why !== undefined) tally.wrong(why);
    else if (status === 503 && this.loop.mayRefuse) tally.refused(nowMs - dueMs, nowMs - sentMs);
    else if (status !== 200 || missing !== undefined) tally.wrong(`status ${status} without ${missing}`);
    else tally.right(nowMs - dueMs, true);
    const wasRefused = status === 503;
    if (this.socket !== undefined) this.back(this, wasRefused);
    else connect(this).then(() => this.back(this, wasRefused));
  }

  get address(): { readonly hostname: string; readonly port: number } {
    return { hostname: this.loop.url.hostname, port: Number(this.loop.url.port) };
  }
}

async function openLane(loop: OpenLoop, tally: Tally, back: (lane: Lane, wasRefused: boolean) => void): Promise<Lane> {
  const lane = new Lane(loop, tally, back);
  await connect(lane);
  return lane;
}

async function connect(lane: Lane): Promise<void> {
  lane.socket = await Bun.connect<Lane>({
    ...lane.address,
    data: lane,
    socket: {
      binaryType: "buffer",
      data: (socket, bytes) => socket.data.data(bytes),
      close: (socket) => socket.data.closed(),
      error: (socket) => socket.data.closed(),
    },
  }).catch(() => undefined);
}
