import { afterEach, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { GatewayError } from "#core/errors";
import type { Timeouts } from "#core/snapshot";
import { createManualTime, type ManualTime } from "#lib/fixtures/manual-time";
import { createTicker } from "#lib/ticker";
import { waitUntil } from "../../test/harness/wait-until";
import { createUpstreamClient, type UpstreamClientOptions } from "./client";
import { bodyChunks } from "./fixtures/body-chunks";
import type { UpstreamRequest, UpstreamResponse } from "./upstream";

const ok = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";
const patient: Timeouts = { connectMs: 5000, headersMs: 5000, firstTokenMs: 5000, idleMs: 5000, totalMs: 5000 };

const running: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];

afterEach(() => {
  for (const { server, sockets } of running.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

/** A provider that does to each connection what the test says once a request came. */
async function provider(onRequest: (socket: Socket, head: string) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("data", (data) => onRequest(socket, data.toString()));
  });
  running.push({ server, sockets });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A port whose accept queue (512 in Bun) is full: the kernel drops further connection attempts. */
async function deafServer(): Promise<{ readonly port: number; readonly close: () => void }> {
  const listenAndStop = `require("net").createServer().listen({ port: 0, host: "127.0.0.1" }, function () {
    process.stdout.write(this.address().port + "\\n", () => process.kill(process.pid, "SIGSTOP"));
  })`;
  // A stopped process that a failing test leaves behind must not hold this one's output open.
  const child = Bun.spawn([process.execPath, "-e", listenAndStop], { stdio: ["ignore", "pipe", "ignore"] });
  const { value } = await child.stdout.getReader().read();
  const port = Number(new TextDecoder().decode(value));
  let connected = 0;
  const queued = Array.from({ length: 520 }, () =>
    connect(port, "127.0.0.1", () => connected++).on("error", () => undefined),
  );
  let seen = 0;
  await waitUntil("a full accept queue", () => {
    const isFull = connected > 100 && connected === seen;
    seen = connected;
    return isFull;
  });
  return {
    port,
    close: () => {
      for (const socket of queued) socket.destroy();
      child.kill("SIGKILL");
    },
  };
}

/** A provider that answers nothing but these bytes; further ones are for the test to write. */
async function startedProvider(bytes: string) {
  const requested = Promise.withResolvers<Socket>();
  const closed = Promise.withResolvers<void>();
  const port = await provider((socket) => {
    socket.write(bytes);
    socket.on("close", () => closed.resolve());
    requested.resolve(socket);
  });
  return { port, requested: requested.promise, closed: closed.promise };
}

function request(port: number, changes: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return {
    url: `http://127.0.0.1:${port}/v1/chat?key=topsecret`,
    method: "POST",
    headers: { authorization: "Bearer sk-secret" },
    body: "{}",
    timeouts: patient,
    allowPrivateNetwork: false,
    caller: new AbortController(),
    ...changes,
  };
}

type Options = Omit<UpstreamClientOptions, "ticker">;

const client = (options: Options = {}, time?: ManualTime) =>
  createUpstreamClient({ ticker: time?.ticker ?? createTicker(5, () => performance.now()), ...options });

async function readText(req: UpstreamRequest, options: Options = {}, time?: ManualTime): Promise<string> {
  return textOf(await client(options, time)(req));
}

async function textOf(response: UpstreamResponse): Promise<string> {
  let text = "";
  for await (const chunk of bodyChunks(response)) text += Buffer.from(chunk).toString();
  return text;
}

/** The error of a call that has to fail, checked to hold nothing secret. */
async function failure(call: Promise<unknown> | Uint8Array): Promise<GatewayError> {
  const error = await Promise.resolve(call).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof GatewayError)) throw new Error("the call did not fail as it should", { cause: error });
  expect(`${error.message} ${error.options.detail}`).not.toMatch(/secret/);
  return error;
}

describe("createUpstreamClient()", () => {
  test("gives status, headers and chunks, and keeps connections", async () => {
    const ports = new Set<number | undefined>();
    const heads: string[] = [];
    const sockets: Socket[] = [];
    const port = await provider((socket, head) => {
      ports.add(socket.remotePort);
      heads.push(head);
      sockets.push(socket);
      socket.write(`${ok}x-a: b\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n`);
    });
    const call = client();
    for (let i = 0; i < 3; i++) {
      const response = await call(request(port));
      expect(response.status).toBe(200);
      expect(response.headers.get("x-a")).toBe("b");
      const chunks: string[] = [];
      for await (const chunk of bodyChunks(response)) {
        chunks.push(Buffer.from(chunk).toString());
        if (chunks.length === 1) sockets.at(-1)?.write("3\r\ntwo\r\n0\r\n\r\n");
      }
      expect(chunks).toEqual(["one", "two"]);
    }
    expect(ports.size).toBe(1);
    expect(heads[0]).toMatch(/^POST \/v1\/chat\?key=topsecret HTTP\/1\.1\r\n/);
    expect(heads[0]).toMatch(/accept-encoding: identity/i);
  });

  test("reads whole answers up to a limit", async () => {
    const body = "x".repeat(300_000);
    const framings = {
      small: `${ok}content-length: 5\r\n\r\nhello`,
      announced: `${ok}content-length: ${body.length}\r\n\r\n${body}`,
      chunked: `${ok}transfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      closed: `${ok}connection: close\r\n\r\n${body}`,
    };
    for (const [name, answer] of Object.entries(framings)) {
      const port = await provider((socket) => (name === "closed" ? socket.end(answer) : socket.write(answer)));
      const length = name === "small" ? 5 : body.length;
      expect((await (await client()(request(port))).whole(length)).length).toBe(length);
      const error = await failure((await client()(request(port))).whole(length - 1));
      expect(error.code).toBe("upstream_invalid_response");
    }
  });

  test("inflates what a provider compresses against our wish", async () => {
    const body = Bun.gzipSync(Buffer.from("hello ".repeat(100)));
    const port = await provider((socket) => {
      socket.write(`${ok}content-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body);
    });
    expect((await (await client()(request(port))).whole(1000)).length).toBe(600);
    expect((await failure((await client()(request(port))).whole(599))).code).toBe("upstream_invalid_response");
  });

  const closedEarly = "The connection to the provider closed before the answer was complete";
  const invalidBody = "The provider's answer broke off: its bytes are not valid HTTP";
  const noAnswer = "The connection to the provider closed before an answer came";
  const invalid = "The provider's answer is not valid HTTP";
  const broken: readonly (readonly [what: string, bytes: string, end: "fin" | "reset" | "open", message: string])[] = [
    ["a length that is cut short", `${ok}content-length: 99\r\n\r\nhello`, "fin", closedEarly],
    ["a length that is reset", `${ok}content-length: 99\r\n\r\nhello`, "reset", closedEarly],
    ["a long length that is cut", `${ok}content-length: 999999\r\n\r\nhello`, "fin", closedEarly],
    ["chunks without their end", `${ok}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`, "fin", closedEarly],
    ["a chunk cut in two", `${ok}transfer-encoding: chunked\r\n\r\n50\r\nhello`, "fin", closedEarly],
    ["chunks that are reset", `${ok}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`, "reset", closedEarly],
    ["a bad chunk size", `${ok}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\nx`, "open", invalidBody],
    ["no answer", "", "fin", noAnswer],
    ["a reset", "", "reset", noAnswer],
    ["half of the headers", ok, "fin", noAnswer],
    ["something else than HTTP", "SSH-2.0-OpenSSH_9.9\r\n\r\n", "open", invalid],
    ["two lengths", `${ok}content-length: 2\r\ncontent-length: 3\r\n\r\nokk`, "open", invalid],
    ["a negative length", `${ok}content-length: -2\r\n\r\nok`, "open", invalid],
    ["too many headers", `${ok}${"x-a: b\r\n".repeat(1000)}content-length: 2\r\n\r\nok`, "open", invalid],
    [
      "a redirect",
      "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n",
      "open",
      "The provider answered with a redirect (302), which is not followed",
    ],
  ];
  for (const [what, bytes, end, message] of broken) {
    test(`fails on ${what}, read in chunks and whole`, async () => {
      const finish = (socket: Socket | undefined) => {
        if (end === "fin") socket?.end();
        if (end === "reset") socket?.resetAndDestroy();
      };
      const hasHeaders = bytes.includes("\r\n\r\n");
      let last: Socket | undefined;
      const port = await provider((socket) => {
        last = socket;
        socket.write(bytes);
        if (!hasHeaders) finish(socket);
      });
      for (const read of [textOf, async (response: UpstreamResponse) => void (await response.whole(1e6))]) {
        const call = client()(request(port)).then(async (response) => {
          finish(last);
          await read(response);
        });
        const error = await failure(call);
        expect(error.code).toBe("upstream_error");
        expect(error.message).toBe(message);
        expect(error.options.fault).toBe(message === noAnswer ? "reset" : "invalid");
      }
    });
  }

  test("names a refused connection, an unknown host and a server without TLS", async () => {
    const port = await provider((socket) => socket.end("HTTP/1.1 400 Bad\r\n\r\n"));
    const refused = await failure(readText(request(1)));
    expect(refused.message).toBe("Cannot connect to the provider: the connection was refused");
    expect(refused.options.fault).toBe("refused");
    expect(refused.options.detail).toBe("POST http://127.0.0.1:1/v1/chat: ECONNREFUSED");
    const unknown = await failure(readText(request(port, { url: "http://nowhere.invalid/" })));
    expect(unknown.message).toBe("Cannot connect to the provider: its host name is unknown");
    expect(unknown.options.fault).toBe("unreachable");
    const plain = await failure(readText(request(port, { url: `https://127.0.0.1:${port}/` })));
    expect(plain.message).toBe("Cannot connect to the provider: no trusted TLS connection (EPROTO)");
  });

  test("never sends a request twice on its own", async () => {
    let requests = 0;
    const port = await provider((socket) => {
      requests++;
      if (requests === 1) socket.write(`${ok}content-length: 2\r\n\r\nok`);
      else socket.resetAndDestroy();
    });
    const call = client();
    await (await call(request(port))).whole(10);
    await failure(call(request(port)));
    expect(requests).toBe(2);
  });
});

describe("createUpstreamClient() timers", () => {
  const quick = (timer: keyof Timeouts): { readonly timeouts: Timeouts } => ({ timeouts: { ...patient, [timer]: 60 } });

  test("connect: runs out where no connection is accepted, and only there", async () => {
    const deaf = await deafServer();
    const time = createManualTime(5);
    const call = failure(readText(request(deaf.port, quick("connectMs")), {}, time));
    await time.advance(60);
    const error = await call;
    expect(error.options.fault).toBe("unreachable");
    expect(error.message).toBe("The provider took too long: connect timer of 60 ms");

    deaf.close();
  });

  test("connect: does not run out where a connection is accepted and only the answer is slow", async () => {
    const time = createManualTime(5);
    const slow = await startedProvider("");
    const call = readText(request(slow.port, quick("connectMs")), {}, time);
    const socket = await slow.requested;
    await time.advance(100);
    socket.write(`${ok}content-length: 2\r\n\r\nok`);
    expect(await call).toBe("ok");
  });

  test("headers: runs out when none come, and the connection closes", async () => {
    const time = createManualTime(5);
    const { port, requested, closed } = await startedProvider("");
    const call = failure(readText(request(port, quick("headersMs")), {}, time));
    await requested;
    await time.advance(60);
    const error = await call;
    expect(error.message).toBe("The provider took too long: headers timer of 60 ms");
    expect(error.code).toBe("upstream_timeout");
    expect(error.options.fault).toBe("timeout");
    await closed;
  });

  const chunked = `${ok}transfer-encoding: chunked\r\n\r\n`;
  const ping = "3\r\n:\n\n\r\n";

  /** A stream that has 60 ms to its first token, and 200 once it shows life. */
  const begins = { timeouts: { ...patient, firstTokenMs: 60, patientFirstTokenMs: 200 }, streams: true };

  test("first token: runs on while bytes come, until a token was seen", async () => {
    const time = createManualTime(5);
    const { port } = await startedProvider(chunked + ping);
    const call = await client({}, time)(request(port, begins));
    const chunks = bodyChunks(call);
    await chunks.next();
    const next = failure(chunks.next());
    await time.advance(60);
    expect((await next).message).toBe("The provider took too long: first token timer of 60 ms");

    const other = await startedProvider(chunked + ping);
    const response = await client({}, time)(request(other.port, begins));
    response.sawToken();
    const reading = textOf(response);
    await time.advance(100);
    (await other.requested).write("0\r\n\r\n");
    expect(await reading).toBe(":\n\n");
  });

  test("first token: is extended by a sign of life, once and never again", async () => {
    const time = createManualTime(5);
    const { port } = await startedProvider(chunked + ping);
    const response = await client({}, time)(request(port, begins));
    const reading = failure(textOf(response));
    for (let passedMs = 0; passedMs < 200; passedMs += 50) {
      response.sawLife();
      await time.advance(50);
    }
    expect((await reading).message).toBe("The provider took too long: first token timer of 200 ms");
  });

  test("first token: silence alone does not end a wait that has not come to its end", async () => {
    const time = createManualTime(5);
    const { port, requested } = await startedProvider(chunked);
    const timeouts = { ...begins.timeouts, firstTokenMs: 150, idleMs: 30 };
    const reading = textOf(await client({}, time)(request(port, { timeouts, streams: true })));
    await time.advance(100);
    (await requested).write(`${ping}0\r\n\r\n`);
    expect(await reading).toBe(":\n\n");
  });

  test("first byte: blank lines show that a whole answer is being made, silence ends the wait for it", async () => {
    const time = createManualTime(5);
    const { port, requested } = await startedProvider(chunked);
    const timeouts = { ...patient, firstTokenMs: 60, idleMs: 30 };
    const response = await client({}, time)(request(port, { timeouts }));
    const socket = await requested;
    const reading = failure(response.whole(1000));
    for (let passedMs = 0; passedMs < 100; passedMs += 20) {
      socket.write("1\r\n\n\r\n");
      await time.advance(20);
    }
    await time.advance(40);
    expect((await reading).message).toBe("The provider took too long: first byte timer of 60 ms");
  });

  test("first token: counts from the start where the answer streams, whatever the headers' timer says", async () => {
    const time = createManualTime(5);
    const port = await provider(() => undefined);
    const call = failure(readText(request(port, { ...quick("firstTokenMs"), streams: true }), {}, time));
    await time.advance(60);
    expect((await call).message).toBe("The provider took too long: first token timer of 60 ms");
  });

  test("idle: does not run out while a body of unknown length comes piece by piece", async () => {
    const time = createManualTime(5);
    const { port, requested } = await startedProvider(`${ok}connection: close\r\n\r\n`);
    const response = await client({}, time)(request(port, quick("idleMs")));
    const socket = await requested;
    const chunks = bodyChunks(response);
    for (let sent = 0; sent < 10; sent++) {
      const next = chunks.next();
      await time.advance(50);
      socket.write("x");
      expect((await next).value?.length).toBe(1);
    }
    socket.end();
    expect((await chunks.next()).done).toBe(true);
  });

  test("idle: runs out where a whole answer stops half-way", async () => {
    const time = createManualTime(5);
    const { port } = await startedProvider(`${ok}content-length: 10\r\n\r\nhello`);
    const response = await client({}, time)(request(port, quick("idleMs")));
    const whole = failure(response.whole(1000));
    await time.advance(60);
    expect((await whole).message).toBe("The provider took too long: idle timer of 60 ms");
  });

  test("idle: runs out in silence, but not while the reader is the slow one", async () => {
    const time = createManualTime(5);
    const { port, requested } = await startedProvider(`${chunked}1\r\na\r\n`);
    const response = await client({}, time)(request(port, quick("idleMs")));
    response.sawToken();
    const chunks = bodyChunks(response);
    await chunks.next();
    await time.advance(120);
    const second = chunks.next();
    (await requested).write("1\r\nb\r\n");
    await second;
    const silent = failure(chunks.next());
    await time.advance(60);
    expect((await silent).message).toBe("The provider took too long: idle timer of 60 ms");
  });

  test("idle: is put off by what is no token, but not for ever", async () => {
    const time = createManualTime(5);
    const { port, requested } = await startedProvider(chunked);
    const timeouts = { ...patient, idleMs: 60, patientFirstTokenMs: 200 };
    const response = await client({}, time)(request(port, { timeouts, streams: true }));
    const socket = await requested;
    const reading = failure(textOf(response));
    response.sawToken();
    for (let passedMs = 0; passedMs < 200; passedMs += 20) {
      socket.write(ping);
      await time.advance(20);
    }
    await time.advance(10);
    expect((await reading).message).toBe("The provider took too long: idle timer of 200 ms");
  });

  test("total: runs out in the middle of a lively stream", async () => {
    const time = createManualTime(5);
    const { port, requested } = await startedProvider(chunked);
    const response = await client({}, time)(request(port, quick("totalMs")));
    const socket = await requested;
    const chunks = bodyChunks(response);
    for (let sent = 0; sent < 5; sent++) {
      socket.write("1\r\na\r\n");
      await chunks.next();
      await time.advance(10);
    }
    const last = failure(chunks.next());
    await time.advance(10);
    expect((await last).message).toBe("The provider took too long: total timer of 60 ms");
  });
});

describe("createUpstreamClient() aborts", () => {
  test("closes the connection with the next tick, before headers and in the body", async () => {
    for (const bytes of ["", `${ok}transfer-encoding: chunked\r\n\r\n1\r\na\r\n`]) {
      const time = createManualTime(5);
      const controller = new AbortController();
      const { port, requested, closed } = await startedProvider(bytes);
      const call = client({}, time)(request(port, { caller: controller }));
      await requested;
      const reading = failure(bytes === "" ? call : textOf(await call));
      controller.abort();
      await time.advance(5);
      expect((await reading).code).toBe("client_closed");
      await closed;
    }
  });

  test("hears of an abort without waiting for a tick, once a tick has passed", async () => {
    const time = createManualTime(250);
    const controller = new AbortController();
    const { port, requested, closed } = await startedProvider("");
    const call = failure(readText(request(port, { caller: controller }), {}, time));
    await requested;
    await time.advance(250);
    controller.abort();
    expect((await call).code).toBe("client_closed");
    await closed;
  });

  test("closes the connection when the reader stops early", async () => {
    const closed = Promise.withResolvers<void>();
    const port = await provider((socket) => {
      socket.on("close", () => closed.resolve());
      socket.write(`${ok}transfer-encoding: chunked\r\n\r\n1\r\na\r\n`);
    });
    const response = await client()(request(port));
    for await (const _ of bodyChunks(response)) break;
    await closed.promise;
  });

  test("asks for the signal of its caller once a tick has passed, and finds what happened before", async () => {
    const time = createManualTime(250);
    const { port, requested, closed } = await startedProvider("");
    let asked = 0;
    const caller = {
      get signal() {
        asked++;
        return AbortSignal.abort();
      },
    };
    const call = failure(readText(request(port, { caller }), {}, time));
    await requested;
    expect(asked).toBe(0);
    await time.advance(250);
    expect((await call).code).toBe("client_closed");
    await closed;
  });
});

describe("createUpstreamClient() back-pressure", () => {
  test("leaves what nobody reads at the provider", async () => {
    let written = 0;
    const piece = Buffer.from(`10000\r\n${"x".repeat(65536)}\r\n`);
    const port = await provider((socket) => {
      const writeOn = () => {
        while (!socket.destroyed && socket.write(piece)) written += piece.length;
        written += piece.length;
      };
      socket.on("drain", writeOn);
      socket.write(`${ok}transfer-encoding: chunked\r\n\r\n`);
      writeOn();
    });
    const response = await client()(request(port));
    const chunks = bodyChunks(response);
    await chunks.next();
    // The buffers on the way fill up at their own pace; then nothing more may be taken.
    let afterOne = 0;
    await waitUntil(
      "full buffers",
      () => {
        const isFull = afterOne === written;
        afterOne = written;
        return isFull;
      },
      20_000,
      200,
    );
    expect(written).toBeLessThan(24 * 1024 * 1024);
    for (let read = 0; read < 2 * afterOne; ) read += (await chunks.next()).value?.length ?? 0;
    expect(written).toBeGreaterThan(afterOne);
    await chunks.return?.();
  });
});

describe("createUpstreamClient() address guard", () => {
  const refusedUrls = {
    "http://169.254.169.254/latest/meta-data/": "metadata",
    "http://[fe80::1]/": "link-local",
    "http://[::ffff:169.254.169.254]/": "metadata",
    "http://2852039166/": "metadata",
    "http://0.0.0.0/": "unspecified",
    "http://metadata.google.internal/": "metadata",
    "http://10.0.0.1/": "private",
    "http://192.168.1.1:8080/": "private",
  };
  for (const [url, addressClass] of Object.entries(refusedUrls)) {
    test(`refuses ${url}`, async () => {
      const error = await failure(readText(request(0, { url })));
      expect(error.message).toStartWith(`Cannot call the provider: its address is ${addressClass}`);
    });
  }

  test("judges a name by all its addresses and asks for them once", async () => {
    let lookups = 0;
    const call = client({
      resolveHost: async (host) => {
        lookups++;
        return host === "mixed.test" ? ["93.184.216.34", "169.254.1.1"] : ["192.168.0.9"];
      },
    });
    for (let i = 0; i < 3; i++) {
      const error = await failure(call(request(0, { url: "http://mixed.test/", allowPrivateNetwork: true })));
      expect(error.message).toBe("Cannot call the provider: its address is link-local");
    }
    expect(lookups).toBe(1);
    const error = await failure(call(request(0, { url: "https://inside.test/" })));
    expect(error.message).toBe(
      "Cannot call the provider: its address is private, set allow_private_network to allow it",
    );
  });

  test("ends a look-up that hangs", async () => {
    const time = createManualTime(5);
    const call = client({ resolveHost: () => new Promise(() => undefined) }, time);
    const timeouts = { ...patient, connectMs: 40 };
    const hanging = failure(call(request(0, { url: "http://hangs.test/", timeouts })));
    await time.advance(40);
    expect((await hanging).message).toBe("The provider took too long: connect timer of 40 ms");
  });

  test("refuses what is no http URL", async () => {
    for (const url of ["ftp://example.com/", "not a URL", "file:///etc/passwd"]) {
      expect((await failure(readText(request(0, { url })))).code).toBe("upstream_error");
    }
  });
});
