import { afterEach, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { systemClock } from "#core/clock";
import { GatewayError } from "#core/errors";
import type { Timeouts } from "#core/snapshot";
import { createUpstreamClient, type UpstreamClientOptions } from "./client";
import type { UpstreamRequest } from "./upstream";

const ok = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";
const patient: Timeouts = { connectMs: 5000, headersMs: 5000, firstTokenMs: 5000, idleMs: 5000, totalMs: 5000 };

const running: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];

afterEach(() => {
  for (const { server, sockets } of running.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

/** A provider that does to each connection whatever the test says once a request came. */
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
  const child = Bun.spawn([process.execPath, "-e", listenAndStop], { stdout: "pipe" });
  const { value } = await child.stdout.getReader().read();
  const port = Number(new TextDecoder().decode(value));
  const queued = Array.from({ length: 520 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
  await Bun.sleep(30);
  return {
    port,
    close: () => {
      for (const socket of queued) socket.destroy();
      child.kill("SIGKILL");
    },
  };
}

function request(port: number, changes: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return {
    url: `http://127.0.0.1:${port}/v1/chat?key=topsecret`,
    method: "POST",
    headers: { authorization: "Bearer sk-secret" },
    body: "{}",
    timeouts: patient,
    allowPrivateNetwork: false,
    signal: new AbortController().signal,
    ...changes,
  };
}

const client = (options: UpstreamClientOptions = {}) => createUpstreamClient({ tickMs: 5, ...options });

async function readText(req: UpstreamRequest, options: UpstreamClientOptions = {}): Promise<string> {
  const response = await client(options)(req);
  let text = "";
  for await (const chunk of response.chunks) text += Buffer.from(chunk).toString();
  return text;
}

/** The error of a call that has to fail, checked to hold nothing secret. */
async function failure(call: Promise<unknown>): Promise<GatewayError> {
  const error = await call.then(
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
    const port = await provider((socket, head) => {
      ports.add(socket.remotePort);
      heads.push(head);
      socket.write(`${ok}x-a: b\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n`);
      setTimeout(() => socket.write("3\r\ntwo\r\n0\r\n\r\n"), 10);
    });
    const call = client();
    for (let i = 0; i < 3; i++) {
      const response = await call(request(port));
      expect(response.status).toBe(200);
      expect(response.headers.get("x-a")).toBe("b");
      const chunks: string[] = [];
      for await (const chunk of response.chunks) chunks.push(Buffer.from(chunk).toString());
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
      expect((await (await client()(request(port))).readAll(length)).length).toBe(length);
      const error = await failure((await client()(request(port))).readAll(length - 1));
      expect(error.code).toBe("upstream_invalid_response");
    }
  });

  test("inflates what a provider compresses against our wish", async () => {
    const body = Bun.gzipSync(Buffer.from("hello ".repeat(100)));
    const port = await provider((socket) => {
      socket.write(`${ok}content-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body);
    });
    expect((await (await client()(request(port))).readAll(1000)).length).toBe(600);
    expect((await failure((await client()(request(port))).readAll(599))).code).toBe("upstream_invalid_response");
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
      const port = await provider((socket) => {
        socket.write(bytes);
        if (end === "fin") setTimeout(() => socket.end(), 10);
        if (end === "reset") setTimeout(() => socket.resetAndDestroy(), 10);
      });
      for (const read of [readText, async (req: UpstreamRequest) => (await client()(req)).readAll(1e6)]) {
        const error = await failure(read(request(port)));
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
    await (await call(request(port))).readAll(10);
    await failure(call(request(port)));
    expect(requests).toBe(2);
  });
});

describe("createUpstreamClient() timers", () => {
  const quick = (timer: keyof Timeouts): { readonly timeouts: Timeouts } => ({ timeouts: { ...patient, [timer]: 60 } });

  test("connect: runs out where no connection is accepted, and only there", async () => {
    const deaf = await deafServer();
    const error = await failure(readText(request(deaf.port, quick("connectMs"))));
    expect(error.options.fault).toBe("unreachable");
    expect(error.message).toBe("The provider took too long: connect timer of 60 ms");

    // Behind a proxy a direct connection says nothing, so that only the next timer ends the call.
    const timeouts = { ...patient, connectMs: 30, headersMs: 90 };
    const proxied = await failure(readText(request(deaf.port, { timeouts }), { probeConnections: false }));
    expect(proxied.message).toBe("The provider took too long: headers timer of 90 ms");
    deaf.close();

    const slow = await provider((socket) => setTimeout(() => socket.write(`${ok}content-length: 2\r\n\r\nok`), 150));
    expect(await readText(request(slow, quick("connectMs")))).toBe("ok");
  });

  test("headers: runs out when none come, and the connection closes", async () => {
    const closed = Promise.withResolvers<void>();
    const port = await provider((socket) => socket.on("close", closed.resolve));
    const error = await failure(readText(request(port, quick("headersMs"))));
    expect(error.message).toBe("The provider took too long: headers timer of 60 ms");
    expect(error.code).toBe("upstream_timeout");
    expect(error.options.fault).toBe("timeout");
    await closed.promise;
  });

  test("first token: runs on while bytes come, until a token was seen", async () => {
    const port = await provider((socket) => {
      socket.write(`${ok}transfer-encoding: chunked\r\n\r\n`);
      const timer = setInterval(() => socket.write("3\r\n:\n\n\r\n"), 10);
      setTimeout(() => socket.write("0\r\n\r\n"), 400);
      socket.on("close", () => clearInterval(timer));
    });
    const timeouts = { ...patient, firstTokenMs: 250 };
    const error = await failure(readText(request(port, { timeouts })));
    expect(error.message).toBe("The provider took too long: first token timer of 250 ms");
    const response = await client()(request(port, { timeouts }));
    response.sawToken();
    for await (const _ of response.chunks);
    expect((await (await client()(request(port, { timeouts }))).readAll(1000)).length).toBeGreaterThan(10);
  });

  test("first token: counts from the start where the answer streams, whatever the headers' timer says", async () => {
    const port = await provider(() => undefined);
    const error = await failure(readText(request(port, { ...quick("firstTokenMs"), streams: true })));
    expect(error.message).toBe("The provider took too long: first token timer of 60 ms");
  });

  test("idle: does not run out while a body of unknown length comes piece by piece", async () => {
    const port = await provider((socket) => {
      socket.write(`${ok}connection: close\r\n\r\n`);
      let sent = 0;
      const timer = setInterval(() => {
        socket.write("x");
        sent += 1;
        if (sent < 10) return;
        clearInterval(timer);
        socket.end();
      }, 15);
      socket.on("close", () => clearInterval(timer));
    });
    const response = await client()(request(port, quick("idleMs")));
    expect((await response.readAll(1000)).length).toBe(10);
  });

  test("idle: runs out where a whole answer stops half-way", async () => {
    const port = await provider((socket) => socket.write(`${ok}content-length: 10\r\n\r\nhello`));
    const response = await client()(request(port, quick("idleMs")));
    const error = await failure(response.readAll(1000));
    expect(error.message).toBe("The provider took too long: idle timer of 60 ms");
  });

  test("idle: runs out in silence, but not while the reader is the slow one", async () => {
    const port = await provider((socket) => {
      socket.write(`${ok}transfer-encoding: chunked\r\n\r\n1\r\na\r\n`);
    });
    const error = await failure(readText(request(port, quick("idleMs"))));
    expect(error.message).toBe("The provider took too long: idle timer of 60 ms");

    const whole = await provider((socket) =>
      socket.write(`${ok}transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`),
    );
    const response = await client()(request(whole, quick("idleMs")));
    for await (const _ of response.chunks) await Bun.sleep(120);
  });

  test("total: runs out in the middle of a lively stream", async () => {
    const port = await provider((socket) => {
      socket.write(`${ok}transfer-encoding: chunked\r\n\r\n`);
      const timer = setInterval(() => socket.write("1\r\na\r\n"), 10);
      socket.on("close", () => clearInterval(timer));
    });
    const error = await failure(readText(request(port, quick("totalMs"))));
    expect(error.message).toBe("The provider took too long: total timer of 60 ms");
  });
});

describe("createUpstreamClient() aborts", () => {
  test("closes the connection at once, before headers and in the body", async () => {
    for (const bytes of ["", `${ok}transfer-encoding: chunked\r\n\r\n1\r\na\r\n`]) {
      const closed = Promise.withResolvers<void>();
      const controller = new AbortController();
      const port = await provider((socket) => {
        socket.on("close", () => closed.resolve());
        socket.write(bytes);
        setTimeout(() => controller.abort(), 20);
      });
      const error = await failure(readText(request(port, { signal: controller.signal })));
      expect(error.code).toBe("client_closed");
      await closed.promise;
    }
  });

  test("hears of an abort without waiting for a tick, once a tick has passed", async () => {
    const closed = Promise.withResolvers<void>();
    const controller = new AbortController();
    let looks = 0;
    const monotonicMs = () => {
      looks += 1;
      return performance.now();
    };
    const clock = { ...systemClock, monotonicMs };
    const port = await provider((socket) => socket.on("close", () => closed.resolve()));
    const call = failure(readText(request(port, { signal: controller.signal }), { clock, tickMs: 250 }));
    const atStart = looks;
    while (looks < atStart + 2) await Bun.sleep(5);
    const before = looks;
    controller.abort();
    expect((await call).code).toBe("client_closed");
    await closed.promise;
    expect(looks).toBe(before);
  });

  test("closes the connection when the reader stops early, and does not connect when aborted before", async () => {
    const closed = Promise.withResolvers<void>();
    let connections = 0;
    const port = await provider((socket) => {
      connections++;
      socket.on("close", () => closed.resolve());
      socket.write(`${ok}transfer-encoding: chunked\r\n\r\n1\r\na\r\n`);
    });
    const response = await client()(request(port));
    for await (const _ of response.chunks) break;
    await closed.promise;
    await failure(readText(request(port, { signal: AbortSignal.abort() })));
    expect(connections).toBe(1);
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
    const chunks = response.chunks[Symbol.asyncIterator]();
    await chunks.next();
    // The buffers on the way fill up at their own pace; then nothing more may be taken.
    let afterOne = 0;
    for (let looks = 0; looks < 25 && afterOne !== written; looks++) {
      afterOne = written;
      await Bun.sleep(200);
    }
    expect(written).toBe(afterOne);
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
    const call = createUpstreamClient({
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
    const call = createUpstreamClient({ tickMs: 5, resolveHost: () => new Promise(() => undefined) });
    const timeouts = { ...patient, connectMs: 40 };
    const error = await failure(call(request(0, { url: "http://hangs.test/", timeouts })));
    expect(error.message).toBe("The provider took too long: connect timer of 40 ms");
  });

  test("refuses what is no http URL", async () => {
    for (const url of ["ftp://example.com/", "not a URL", "file:///etc/passwd"]) {
      expect((await failure(readText(request(0, { url })))).code).toBe("upstream_error");
    }
  });
});
