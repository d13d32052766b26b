/**
 * An upstream of its own process that streams: `POST /<events>x<ms apart>/v1/…` answers with so many events of one word,
 * in the dialect of the path. Prints its port. GET gives how many connections (by their ports) posted so far.
 */
import { anthropicStream, openaiStream, type StreamParts } from "./answers.ts";

type Running = { readonly parts: StreamParts; readonly write: (bytes: Uint8Array) => void; left: number };

const peers = new Set<number>();
/** By the milliseconds between two events: who gets one in which millisecond. One timer costs less than one a stream. */
const wheels = new Map<number, Set<Running>[]>();
let tick = 0;
setInterval(turn, 1);

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 0,
  fetch: async (request, listener) => {
    if (request.method === "GET") return new Response(String(peers.size));
    const peer = listener.requestIP(request);
    if (peer !== null) peers.add(peer.port);
    const { pathname } = new URL(request.url);
    const [, events = 100, everyMs = 5] = (/^\/(\d+)x(\d+)\//.exec(pathname) ?? []).map(Number);
    const parts = pathname.endsWith("/messages") ? anthropicStream(events) : openaiStream(events);
    await request.arrayBuffer();
    const body = new ReadableStream({
      type: "direct",
      pull: (controller) =>
        new Promise<void>((resolve) => {
          const write = (bytes: Uint8Array) => {
            controller.write(bytes);
            controller.flush();
            if (bytes === parts.end) controller.close();
          };
          write(parts.start);
          const leave = join(everyMs, { parts, write, left: events }, resolve);
          request.signal.addEventListener("abort", leave);
        }),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  },
});
process.stdout.write(`${server.port}\n`);

/** Joins a wheel; returns what takes it off again. */
function join(everyMs: number, stream: Omit<Running, "done">, done: () => void): () => void {
  const wheel = wheels.get(everyMs) ?? Array.from({ length: everyMs }, () => new Set<Running>());
  wheels.set(everyMs, wheel);
  const spoke = wheel[Math.floor(Math.random() * everyMs)];
  const leave = () => {
    spoke?.delete(running);
    done();
  };
  const running: Running = {
    parts: stream.parts,
    left: stream.left,
    write: (bytes) => {
      try {
        stream.write(bytes);
        if (bytes === stream.parts.end) leave();
      } catch {
        leave();
      }
    },
  };
  spoke?.add(running);
  return leave;
}

/** Runs the milliseconds that have passed, for the timer may be late. */
function turn(): void {
  const now = Math.floor(performance.now());
  if (tick === 0 || now - tick > 100) tick = now - 1;
  while (tick < now) {
    tick += 1;
    for (const [everyMs, wheel] of wheels) for (const stream of wheel[tick % everyMs] ?? []) step(stream);
  }
}

function step(stream: Running): void {
  stream.left -= 1;
  stream.write(stream.left >= 0 ? stream.parts.word : stream.parts.end);
}
