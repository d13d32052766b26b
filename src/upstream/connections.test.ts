import { afterEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib";
import { createManualTime } from "#lib/fixtures/manual-time";
import { createTicker } from "#lib/ticker";
import { waitUntil } from "../../test/harness/wait-until";
import { createUpstreamClient, type UpstreamClientOptions } from "./client";
import { okAnswer, okHead, patient, requestTo, startTcpProvider, type TcpProvider } from "./fixtures/tcp-provider";
import type { UpstreamClient, UpstreamRequest } from "./upstream";

const running: TcpProvider[] = [];

afterEach(() => {
  for (const provider of running.splice(0)) provider.stop();
});

async function provider(...how: Parameters<typeof startTcpProvider>): Promise<TcpProvider> {
  const started = await startTcpProvider(...how);
  running.push(started);
  return started;
}

const newClient = (options: Partial<UpstreamClientOptions> = {}) =>
  createUpstreamClient({ ticker: createTicker(5, () => performance.now()), ...options });

async function ask(call: UpstreamClient, request: UpstreamRequest): Promise<string> {
  return Buffer.from(await (await call(request)).whole(1_000_000)).toString();
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

describe("connections", () => {
  test("carry one request after the other, the one that was used last first", async () => {
    const { port, sockets } = await provider((socket) => socket.write(okAnswer));
    const call = newClient();
    await Promise.all([1, 2, 3].map(() => ask(call, requestTo(port))));
    expect(sockets.length).toBe(3);
    for (let count = 0; count < 5; count++) expect(await ask(call, requestTo(port))).toBe("ok");
    expect(sockets.length).toBe(3);
  });

  const single: { readonly [what: string]: string } = {
    "says close": `${okHead}connection: close\r\ncontent-length: 2\r\n\r\nok`,
    "is of HTTP/1.0": "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok",
    "is followed by bytes that nobody asked for": `${okAnswer}HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nstray`,
  };
  for (const [what, answer] of Object.entries(single)) {
    test(`are not used again after an answer that ${what}`, async () => {
      const { port, sockets } = await provider((socket) => socket.write(answer));
      const call = newClient();
      for (let count = 1; count <= 3; count++) {
        expect(await ask(call, requestTo(port))).toBe("ok");
        expect(sockets.length).toBe(count);
      }
    });
  }

  test("are closed when bytes come while they wait, which are no answer to the next request", async () => {
    const { port, sockets } = await provider((socket) => socket.write(okAnswer));
    const call = newClient();
    await ask(call, requestTo(port));
    sockets[0]?.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nstray");
    await waitUntil("the connection to close", () => sockets[0]?.destroyed === true);
    expect(await ask(call, requestTo(port))).toBe("ok");
    expect(sockets.length).toBe(2);
  });

  test("that the provider closed are not used, and the request is sent once", async () => {
    let requests = 0;
    const { port, sockets } = await provider((socket) => {
      requests++;
      socket.write(okAnswer);
    });
    const call = newClient();
    await ask(call, requestTo(port));
    sockets[0]?.end();
    await waitUntil("the connection to close", () => sockets[0]?.destroyed === true);
    expect(await ask(call, requestTo(port))).toBe("ok");
    expect(requests).toBe(2);
  });

  test("wait for 55 s, or as long as the provider says", async () => {
    const hint = `${okHead}keep-alive: timeout=10, max=5\r\ncontent-length: 2\r\n\r\nok`;
    for (const [answer, waitsMs] of [
      [okAnswer, 55_000],
      [hint, 9000],
    ] as const) {
      const time = createManualTime();
      const { port, sockets } = await provider((socket) => socket.write(answer));
      const call = newClient({ ticker: time.ticker, startTimer: time.startTimer });
      await ask(call, requestTo(port));
      await time.advance(waitsMs - 1000);
      await ask(call, requestTo(port));
      expect(sockets.length).toBe(1);
      await time.advance(waitsMs + 5000);
      await waitUntil("the connection to close", () => sockets[0]?.destroyed === true);
      expect(time.timers()).toBe(0);
    }
  });

  test("are opened to the next address where one refuses, and only to addresses that were judged", async () => {
    const { port, sockets } = await provider((socket) => socket.write(okAnswer));
    const hosts: string[] = [];
    const call = newClient({
      resolveHost: async (host) => {
        hosts.push(host);
        return ["::1", "127.0.0.2", "127.0.0.1"];
      },
    });
    const request = requestTo(port, { url: `http://many.test:${port}/` });
    expect(await ask(call, request)).toBe("ok");
    expect(await ask(call, request)).toBe("ok");
    expect(hosts).toEqual(["many.test"]);
    expect(sockets.length).toBe(1);
  });

  test("are closed in the middle of a handshake that does not end", async () => {
    const time = createManualTime(5);
    const { port, sockets } = await provider(() => undefined);
    const timeouts = { ...patient, connectMs: 50 };
    const call = newClient({ ticker: time.ticker })(requestTo(port, { url: `https://127.0.0.1:${port}/`, timeouts }));
    const failed = call.catch(messageOf);
    await waitUntil("a connection", () => sockets.length === 1);
    await time.advance(50);
    expect(await failed).toBe("The provider took too long: connect timer of 50 ms");
    await waitUntil("the connection to close", () => sockets[0]?.destroyed === true);
  });

  test("name the last refusal where all addresses refuse", async () => {
    const call = newClient({ resolveHost: async () => ["127.0.0.1", "127.0.0.2"] });
    const error = await call(requestTo(1, { url: "http://none.test:1/" })).catch(messageOf);
    expect(error).toBe("Cannot connect to the provider: the connection was refused");
  });
});

describe("requests", () => {
  test("go out as one piece, with nothing in their head that was not asked for", async () => {
    const pieces: string[] = [];
    const { port } = await provider((socket, bytes) => {
      pieces.push(bytes.toString("latin1"));
      socket.write(okAnswer);
    });
    const headers = { accept: "text/plain", "x-latin": "\xfc", "content-length": "99", "transfer-encoding": "chunked" };
    await ask(newClient(), requestTo(port, { headers, body: "h\u00fc", url: `http://127.0.0.1:${port}/a?b=c#d` }));
    expect(pieces).toEqual([
      `POST /a?b=c HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: text/plain\r\nx-latin: \xfc\r\n` +
        "accept-encoding: identity\r\nconnection: keep-alive\r\ncontent-length: 3\r\n\r\nh\xc3\xbc",
    ]);
  });

  test("are refused with a header that would end its line, or whose name is none", async () => {
    const { port, sockets } = await provider((socket) => socket.write(okAnswer));
    for (const [name, value] of [
      ["x-a", "b\r\nx-c: d"],
      ["x-a", "b\nx-c: d"],
      ["x-a", "b\0"],
      ["x-a", "\u65e5"],
      ["x-a: b\r\nx-c", "d"],
      ["x a", "d"],
      ["Content-Length", "0"],
      ["", "d"],
    ] as const) {
      const error = await newClient()(requestTo(port, { headers: { [name]: value } })).catch(messageOf);
      expect(error).toBe("Cannot call the provider: a header of the request is not valid");
    }
    expect(sockets.length).toBe(0);
  });

  test("larger than the socket's buffer arrive whole", async () => {
    const body = Buffer.alloc(20 * 1024 * 1024, "0123456789abcdef");
    const hasher = createHash("sha256");
    let received = 0;
    let headBytes = 0;
    const { port } = await provider((socket, bytes, count) => {
      if (count === 1) headBytes = bytes.indexOf("\r\n\r\n") + 4;
      hasher.update(count === 1 ? bytes.subarray(headBytes) : bytes);
      received += bytes.length;
      if (received === headBytes + body.length) socket.write(okAnswer);
    });
    expect(await ask(newClient(), requestTo(port, { body }))).toBe("ok");
    expect(hasher.digest("hex")).toBe(createHash("sha256").update(body).digest("hex"));
  });

  test("are answered before they are written, on a connection that is not used again", async () => {
    const { port, sockets } = await provider((socket, _, count) => {
      if (count > 1) return;
      socket.pause();
      socket.write("HTTP/1.1 413 Too Large\r\ncontent-length: 5\r\n\r\nlarge");
    });
    const call = newClient();
    for (let count = 1; count <= 2; count++) {
      const response = await call(requestTo(port, { body: Buffer.alloc(20 * 1024 * 1024) }));
      expect(response.status).toBe(413);
      expect(Buffer.from(await response.whole(100)).toString()).toBe("large");
      expect(sockets.length).toBe(count);
    }
  });
});

describe("answers", () => {
  test("that nobody takes hold their connection back, and come whole when somebody does", async () => {
    const body = "x".repeat(8 * 1024 * 1024);
    let isWritten = false;
    const { port } = await provider((socket) => {
      socket.write(`${okHead}content-length: ${body.length}\r\n\r\n${body}`, () => {
        isWritten = true;
      });
    });
    const response = await newClient()(requestTo(port));
    await Bun.sleep(0);
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(isWritten).toBe(false);
    expect((await response.whole(body.length)).length).toBe(body.length);
  });

  const codings = {
    gzip: gzipSync,
    "x-gzip": gzipSync,
    deflate: deflateSync,
    br: (bytes: Buffer) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  };
  for (const [coding, compress] of Object.entries(codings)) {
    test(`in ${coding} are bounded by what they grow to, and refused where they are cut`, async () => {
      const bomb = compress(Buffer.alloc(64 * 1024 * 1024));
      const answers = [bomb, compress(Buffer.from("hello ".repeat(100))).subarray(0, -6)];
      for (const [index, body] of answers.entries()) {
        const { port } = await provider((socket) => {
          socket.write(`${okHead}content-encoding: ${coding}\r\ncontent-length: ${body.length}\r\n\r\n`);
          socket.write(body);
        });
        const response = await newClient()(requestTo(port, { timeouts: { ...patient, idleMs: 60_000 } }));
        const error = await Promise.resolve(response.whole(1_000_000)).then(() => "nothing", messageOf);
        expect(error).toBe(
          index === 0
            ? "The provider's answer is longer than 1000000 bytes"
            : "The provider's answer broke off: its bytes are not valid HTTP",
        );
      }
    });
  }
});
