import { afterEach, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { waitUntil } from "../../test/harness/wait-until";
import type { RequestHandler } from "./exchange";
import type { HttpAnswer } from "./http-answer";
import type { HttpRequest } from "./http-request";
import { type HttpServer, startServer } from "./server";

const running: HttpServer[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

function serve(handler: RequestHandler): HttpServer {
  const server = startServer({ host: "127.0.0.1", port: 0, reusePort: false, handler, onCut: () => undefined });
  running.push(server);
  return server;
}

/** What came over a connection after these bytes; it is kept open. */
async function open(
  server: HttpServer,
  bytes: string,
): Promise<{ readonly socket: Socket; text: string; isOver: boolean }> {
  const socket = connect(server.port, "127.0.0.1");
  const seen = { socket, text: "", isOver: false };
  socket.on("data", (data) => {
    seen.text += data.toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.on("end", () => {
    seen.isOver = true;
  });
  await once(socket, "connect");
  socket.write(bytes);
  return seen;
}

const until = (condition: () => boolean) => waitUntil(condition.toString(), condition, 15_000, 2);
const plain = (body: HttpAnswer["body"], more: Partial<HttpAnswer> = {}): HttpAnswer => ({
  status: 200,
  headers: "",
  body,
  ...more,
});
const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
const post = (body: string, more = "") =>
  `POST / HTTP/1.1\r\nhost: x\r\n${more}content-length: ${body.length}\r\n\r\n${body}`;

function read({ body }: HttpRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const data = (bytes: Uint8Array) => {
      text += Buffer.from(bytes).toString();
    };
    body.start({ data, end: () => resolve(text), fail: reject });
  });
}

describe("ClientConnection", () => {
  test("answers requests that are sent ahead in their order, one after the other", async () => {
    let most = 0;
    const server = serve(async ({ target }) => {
      most = Math.max(most, server.runningRequests());
      await Bun.sleep(target === "/0" ? 5 : 0);
      return plain(target);
    });
    const count = 500;
    const seen = await open(server, Array.from({ length: count }, (_, index) => get(`/${index}`)).join(""));
    await until(() => seen.text.endsWith(`/${count - 1}`));
    expect([...seen.text.matchAll(/^\/\d+/gm)].map(([path]) => path)).toEqual(
      Array.from({ length: count }, (_, index) => `/${index}`),
    );
    expect(most).toBe(1);
    seen.socket.destroy();
  });

  test("takes thousands of requests at once from a handler that answers at once", async () => {
    const server = serve(() => plain("x"));
    const seen = await open(server, get("/").repeat(5000));
    await until(() => (seen.text.match(/HTTP\/1.1 200/g)?.length ?? 0) === 5000);
    seen.socket.destroy();
  });

  test("answers what is no request in the handler's words, after the requests before it, and closes", async () => {
    const unreadable = (status: number) => plain(`no: ${status}`, { status, headers: "x-why: head\r\n" });
    const server = serve(Object.assign(() => plain("yes"), { unreadable }));
    const seen = await open(server, get("/") + get("/", `x: ${"y".repeat(33_000)}\r\n`));
    await until(() => seen.isOver);
    const [, first = "", second = ""] = seen.text.split("HTTP/1.1 ");
    expect(first).toEndWith("\r\n\r\nyes");
    expect(second).toMatch(/^431 .*\r\nx-why: head\r\n/);
    expect(second).toContain("content-length: 7\r\n");
    expect(second).toEndWith("\r\n\r\nno: 431");
  });

  test("answers what is no request with its status alone where the handler has no words", async () => {
    const seen = await open(
      serve(() => plain("yes")),
      "FOO / HTTP/1.1\r\nhost: x\r\n\r\n",
    );
    await until(() => seen.isOver);
    expect(seen.text).toStartWith("HTTP/1.1 501 ");
    expect(seen.text).toContain("content-length: 0\r\n");
  });

  test("invites a body that its client holds back, once it is read", async () => {
    const server = serve(async (request) => plain(await read(request)));
    const seen = await open(server, "POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
    await until(() => seen.text === "HTTP/1.1 100 Continue\r\n\r\n");
    seen.socket.write("ok");
    await until(() => seen.text.endsWith("ok"));
    seen.socket.destroy();
  });

  test("does not invite a body that is refused", async () => {
    const server = serve(() => plain("no", { status: 413 }));
    const seen = await open(server, "POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
    await until(() => seen.text.endsWith("no"));
    expect(seen.text).toStartWith("HTTP/1.1 413 ");
    seen.socket.destroy();
  });

  test("goes on with the next request once the rest of a body came that nobody read", async () => {
    const server = serve(({ method }) => plain(method));
    const body = "y".repeat(300_000);
    const seen = await open(server, post(body) + get("/"));
    await until(() => seen.text.endsWith("GET"));
    expect(seen.text).toContain("\r\n\r\nPOST");
    seen.socket.destroy();
  });

  test("reads no further than what a body's reader wants", async () => {
    const go = Promise.withResolvers<void>();
    const server = serve(async (request) => {
      await go.promise;
      return plain(String((await read(request)).length));
    });
    const seen = await open(server, post("z".repeat(16_000_000)));
    await until(() => server.runningRequests() === 1);
    await Bun.sleep(100);
    // The rest waits in buffers of the system, and with the client.
    expect(seen.socket.writableLength).toBeGreaterThan(1_000_000);
    go.resolve();
    await until(() => seen.text.endsWith("16000000"));
    seen.socket.destroy();
  });

  test("answers HTTP/1.0 without chunks, and closes", async () => {
    const server = serve(() =>
      plain({
        sendTo: async (client) => {
          client.write(Buffer.from("a"));
          client.flush();
          client.write(Buffer.from("b"));
        },
        leave: () => undefined,
      }),
    );
    const seen = await open(server, "GET / HTTP/1.0\r\n\r\n");
    await until(() => seen.isOver);
    expect(seen.text).toEndWith("\r\n\r\nab");
    expect(seen.text).not.toContain("chunked");
  });

  test("answers HEAD without the body, whole or in pieces", async () => {
    let left = 0;
    const pieces = { sendTo: () => new Promise<void>(() => undefined), leave: () => void left++ };
    const server = serve(({ target }) => plain(target === "/whole" ? "body" : pieces));
    const seen = await open(server, "HEAD /whole HTTP/1.1\r\nhost: x\r\n\r\nHEAD /pieces HTTP/1.1\r\nhost: x\r\n\r\n");
    await until(() => seen.text.split("HTTP/1.1 200").length === 3 && seen.text.endsWith("\r\n\r\n"));
    expect(seen.text).toContain("content-length: 4\r\n");
    expect(seen.text).not.toContain("body");
    expect(left).toBe(1);
    seen.socket.destroy();
  });

  test("answers what broke in the middle of its chunks, and closes", async () => {
    const server = serve(async (request) =>
      read(request).then(plain, (cause: Error) => plain(cause.message, { status: 400 })),
    );
    const seen = await open(
      server,
      "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n",
    );
    await until(() => seen.isOver);
    expect(seen.text).toStartWith("HTTP/1.1 400 ");
    expect(seen.text).toContain("its transfer coding is broken");
  });

  test("ends the request of a client that shuts down its sending side", async () => {
    const aborted = Promise.withResolvers<void>();
    const server = serve(({ signal }) => {
      signal.addEventListener("abort", () => aborted.resolve());
      return new Promise(() => undefined);
    });
    const seen = await open(server, get("/"));
    await until(() => server.runningRequests() === 1);
    seen.socket.end();
    await aborted.promise;
  });

  test("closes after an answer that says so, or whose request did", async () => {
    const server = serve(({ target }) => plain("x", { closes: target === "/last" }));
    for (const request of [get("/last"), get("/", "connection: close\r\n")]) {
      const seen = await open(server, request + get("/"));
      await until(() => seen.isOver);
      expect(seen.text.match(/HTTP\/1.1 200/g)?.length).toBe(1);
      expect(seen.text).toContain("connection: close\r\n");
    }
  });

  test("passes a long answer on as its client reads, and then the next", async () => {
    const body = Buffer.alloc(20_000_000, "l");
    const server = serve(({ target }) => plain(target === "/long" ? body : "short"));
    const seen = await open(server, get("/long") + get("/"));
    seen.socket.pause();
    await until(() => server.runningRequests() === 1);
    seen.socket.resume();
    await until(() => seen.text.endsWith("short"));
    expect(seen.text.length).toBeGreaterThan(20_000_000);
    seen.socket.destroy();
  });

  test("answers every request of a flood that is refused, in order", async () => {
    const seen: string[] = [];
    const server = serve(({ target }) => {
      seen.push(target);
      return plain("", target === "/full" ? { status: 503, rests: true } : {});
    });
    const asked = 320;
    const flood = await open(server, get("/full").repeat(asked) + get("/last"));
    await until(() => flood.text.split("HTTP/1.1").length === asked + 2);
    expect(seen).toEqual([...Array(asked).fill("/full"), "/last"]);
    flood.socket.destroy();
  });
});
