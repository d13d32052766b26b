import { afterEach, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { BodyWriter, StreamedBody } from "#core/inference";
import { waitUntil } from "../../test/harness/wait-until";
import type { RequestHandler } from "./exchange";
import type { HttpAnswer } from "./http-answer";
import { type HttpServer, startServer } from "./server";

const running: HttpServer[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

function serve(
  handler: RequestHandler,
  idleTimeoutS = 120,
  onCut: (cause: unknown) => void = () => undefined,
): HttpServer {
  const server = startServer({ host: "127.0.0.1", port: 0, reusePort: false, idleTimeoutS, handler, onCut });
  running.push(server);
  return server;
}

/** A client on a bare socket: what it got so far, and how its connection ended. */
async function client(
  port: number,
  request = "GET / HTTP/1.1\r\nhost: x\r\n\r\n",
): Promise<{ readonly socket: Socket; text: string; readonly ended: Promise<string> }> {
  const socket = connect(port, "127.0.0.1");
  const ended = Promise.withResolvers<string>();
  const state = { socket, text: "", ended: ended.promise };
  socket.on("data", (data) => {
    state.text += data.toString();
  });
  socket.on("end", () => ended.resolve("closed"));
  socket.on("error", () => ended.resolve("cut"));
  await once(socket, "connect");
  socket.write(request);
  return state;
}

const answer = (body: HttpAnswer["body"], more: Partial<HttpAnswer> = {}): HttpAnswer => ({
  status: 200,
  headers: "",
  body,
  ...more,
});

/** A body that writes what an iterator gives, as fast as the client reads. */
const streamed = (source: AsyncIterable<Uint8Array>): StreamedBody => {
  const iterator = source[Symbol.asyncIterator]();
  const sendTo = async (client: BodyWriter) => {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      await client.write(next.value);
      client.flush();
    }
  };
  return { sendTo, leave: () => void iterator.return?.() };
};

const until = (condition: () => boolean) => waitUntil(condition.toString(), condition, 15_000, 2);

describe("an answer in pieces", () => {
  test("sends each piece at once and ends cleanly, empty pieces or not", async () => {
    const go = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    async function* pieces() {
      yield Buffer.from("one");
      await go[0]?.promise;
      yield Buffer.from("");
      yield Buffer.from("two");
      await go[1]?.promise;
    }
    const server = serve(() => answer(streamed(pieces())));
    const reader = await client(server.port);
    await until(() => reader.text.includes("one"));
    expect(reader.text).not.toContain("two");
    go[0]?.resolve();
    await until(() => reader.text.includes("two"));
    go[1]?.resolve();
    await until(() => reader.text.endsWith("0\r\n\r\n"));
    expect(reader.text).toEndWith("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
  });

  test("cuts the connection when the source fails, and never ends the body", async () => {
    for (const pieces of [0, 3]) {
      let cause: unknown;
      const arrived = Promise.withResolvers<void>();
      async function* failing() {
        for (let i = 0; i < pieces; i++) yield Buffer.from("piece");
        await arrived.promise;
        throw new Error("broken");
      }
      const server = serve(
        () => answer(streamed(failing())),
        120,
        (error) => {
          cause = error;
        },
      );
      const reader = await client(server.port);
      if (pieces > 0) await until(() => reader.text.endsWith("piece\r\n"));
      arrived.resolve();
      expect(await reader.ended).toBe("cut");
      expect(reader.text).not.toContain("\r\n0\r\n");
      expect(cause).toEqual(new Error("broken"));
    }
  });

  test("writes no further than the client reads", async () => {
    let pulled = 0;
    async function* endless() {
      for (;;) {
        pulled += 65536;
        yield new Uint8Array(65536);
      }
    }
    const server = serve(() => answer(streamed(endless())));
    const reader = await client(server.port);
    reader.socket.pause();
    // The buffers on the way fill up at their own pace; then nothing more may be pulled.
    let after = 0;
    const isFull = () => {
      const same = pulled > 0 && pulled === after;
      after = pulled;
      return same;
    };
    await waitUntil("full buffers", isFull, 15_000, 150);
    expect(pulled).toBeLessThan(24 * 1024 * 1024);
    reader.socket.resume();
    await until(() => pulled > after);
    reader.socket.destroy();
  });

  test("tells the body of a client that left before it could be asked for", async () => {
    const left = Promise.withResolvers<void>();
    let isAsked = false;
    const sendTo = async () => {
      isAsked = true;
    };
    let isRunning = false;
    const server = serve(async (request) => {
      isRunning = true;
      await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
      await new Promise((resolve) => setImmediate(resolve));
      return answer({ sendTo, leave: left.resolve });
    });
    const reader = await client(server.port);
    await until(() => isRunning);
    reader.socket.destroy();
    await left.promise;
    expect(isAsked).toBe(false);
  });

  test("sends a chunk as it is behind all that went before, and takes none while something waits", async () => {
    const piece = Buffer.from("x".repeat(64 * 1024));
    const coded = Buffer.from(`10000\r\n${piece}\r\n`);
    let [alone, refused] = [0, 0];
    const sendTo = async (to: BodyWriter) => {
      expect(to.sendChunk?.(coded)).toBe(false);
      to.write(Buffer.from("y"));
      expect(to.sendChunk?.(coded)).toBe(false);
      to.flush();
      while (to.sendChunk?.(coded) === true) alone++;
      refused++;
      await to.write(piece);
      to.flush();
    };
    const server = serve(() => answer({ sendTo, leave: () => undefined }));
    const reader = await client(server.port);
    reader.socket.pause();
    await until(() => refused === 1);
    reader.socket.resume();
    await until(() => reader.text.endsWith("\r\n0\r\n\r\n"));
    expect(alone).toBeGreaterThan(0);
    const chunks = reader.text.slice(reader.text.indexOf("\r\n\r\n") + 4, -"0\r\n\r\n".length);
    expect(chunks === `1\r\ny\r\n${coded.toString().repeat(alone + 1)}`).toBe(true);
    const old = await client(server.port, "GET / HTTP/1.0\r\n\r\n");
    expect(await old.ended).toBe("closed");
    expect(old.text.slice(old.text.indexOf("\r\n\r\n") + 4)).toBe(`y${piece}`);
  });

  test("lets a write wait for a slow client, and go on when that leaves", async () => {
    for (const ends of ["reads", "leaves"]) {
      let isWaiting = false;
      const written = Promise.withResolvers<void>();
      const sendTo = async (to: BodyWriter) => {
        const first = to.write(new Uint8Array(32 * 1024 * 1024));
        isWaiting = first instanceof Promise;
        await first;
        written.resolve();
      };
      const server = serve(() => answer({ sendTo, leave: () => undefined }));
      const reader = await client(server.port);
      reader.socket.pause();
      await until(() => isWaiting);
      expect(server.runningRequests()).toBe(1);
      if (ends === "reads") reader.socket.resume();
      else reader.socket.destroy();
      await written.promise;
      await until(() => server.runningRequests() === 0);
      reader.socket.destroy();
    }
  });
});

describe("startServer()", () => {
  test("tells a handler at once that its client went away: waiting, whole and streaming", async () => {
    const gone: string[] = [];
    const goOn = Promise.withResolvers<void>();
    async function* forever() {
      try {
        yield Buffer.from("x");
        await goOn.promise;
        for (;;) yield Buffer.from("x");
      } finally {
        gone.push("stream");
      }
    }
    const handlers: { readonly [name: string]: () => Promise<HttpAnswer> | HttpAnswer } = {
      waiting: () => new Promise(() => undefined),
      streaming: () => answer(streamed(forever())),
      silent: () => answer(streamed({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) })),
    };
    for (const [name, handler] of Object.entries(handlers)) {
      let isRunning = false;
      const server = serve((request) => {
        request.signal.addEventListener("abort", () => gone.push(name));
        isRunning = true;
        return handler();
      });
      const reader = await client(server.port);
      await until(() => isRunning && (name !== "streaming" || reader.text.includes("x")));
      reader.socket.destroy();
      await until(() => gone.includes(name));
    }
    goOn.resolve();
    await until(() => gone.includes("stream"));
  });

  test("has an aborted signal for who asks only after the client went away", async () => {
    const isRunning = Promise.withResolvers<void>();
    const found = Promise.withResolvers<boolean>();
    const server = serve(async (request) => {
      isRunning.resolve();
      await until(() => request.peer() === undefined);
      found.resolve(request.signal.aborted);
      return answer("late");
    });
    const reader = await client(server.port);
    await isRunning.promise;
    reader.socket.destroy();
    expect(await found.promise).toBe(true);
  });

  test("keeps a request without idle timeout and gives it back to the connection afterwards", async () => {
    const server = serve(async () => {
      // Longer than the server's own idle timeout of a second, which runs on the real clock.
      await Bun.sleep(2600);
      return answer("late");
    }, 1);
    const reader = await client(server.port);
    expect(await reader.ended).toBe("closed");
    expect(reader.text).toContain("late");
  }, 240_000);

  test("drain() lets running requests end, closes idle connections and refuses new ones", async () => {
    const go = Promise.withResolvers<void>();
    let first = true;
    const server = serve(async () => {
      if (first) {
        first = false;
        return answer("quick");
      }
      await go.promise;
      return answer("done");
    });
    const idle = await client(server.port);
    await until(() => idle.text.includes("quick"));
    const busy = await client(server.port);
    await until(() => server.runningRequests() === 1);
    const drained = server.drain({ timeoutMs: 5000 });
    expect(await idle.ended).toBe("closed");
    expect(await fetch(`http://127.0.0.1:${server.port}/`).catch(() => "refused")).toBe("refused");
    go.resolve();
    await drained;
    expect(await busy.ended).toBe("closed");
    expect(busy.text.toLowerCase()).toContain("connection: close");
    expect(busy.text).toContain("done");
  });

  test("drain() cuts what does not end in time", async () => {
    const server = serve(() => new Promise(() => undefined));
    const busy = await client(server.port);
    await until(() => server.runningRequests() === 1);
    await server.drain({ timeoutMs: 60 });
    expect(["cut", "closed"]).toContain(await busy.ended);
  });

  test("shares a port between servers where that is asked for", () => {
    const options = { host: "127.0.0.1", reusePort: true, handler: () => answer("x"), onCut: () => undefined };
    const one = startServer({ ...options, port: 0 });
    const two = startServer({ ...options, port: one.port });
    running.push(one, two);
    expect(two.port).toBe(one.port);
    expect(() => startServer({ ...options, port: one.port, reusePort: false })).toThrow();
  });
});
