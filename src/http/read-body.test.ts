import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { GatewayError } from "#core/errors";
import { createManualTime } from "#lib/fixtures/manual-time";
import type { HttpRequest } from "#server/http-request";
import { startServer } from "#server/server";
import { waitUntil } from "../../test/harness/wait-until";
import { createBufferBudget } from "./buffer-budget";
import { type BodyPace, defaultPace, readBody } from "./read-body";

const maxBytes = 200_000;
const budget = createBufferBudget(() => 500_000);
let pace: BodyPace = defaultPace;
const time = createManualTime();
let outcomes: ((outcome: string) => void)[] = [];

/** Answers with the length of what it read, or the error's code. */
const server = startServer({
  port: 0,
  host: "127.0.0.1",
  reusePort: false,
  handler: async (request) => {
    const outcome = await read(request);
    for (const notify of outcomes.splice(0)) notify(outcome);
    return { status: 200, headers: "", body: outcome };
  },
  onCut: () => undefined,
});

async function read(request: HttpRequest): Promise<string> {
  try {
    const body = await readBody(request, { maxBytes, budget, pace, ticker: time.ticker });
    const held = budget.usedBytes();
    body.release();
    body.release();
    return `${body.bytes.length} held ${held}`;
  } catch (cause) {
    return cause instanceof GatewayError ? cause.code : String(cause);
  }
}

/** Ends the timer where nothing is read any more, so that a running one means a body. */
const clearTimer = () => time.advance(time.ticker.tickMs);

beforeEach(clearTimer);
afterAll(() => server.stop());

async function post(body: Uint8Array | ReadableStream | string, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${server.port}/`, { method: "POST", body, headers });
  return response.text();
}

function chunked(total: number, size = 10_000): ReadableStream {
  let left = total;
  return new ReadableStream({
    pull: (controller) => {
      const bytes = Math.min(size, left);
      left -= bytes;
      if (bytes === 0) controller.close();
      else controller.enqueue(new Uint8Array(bytes));
    },
  });
}

describe("readBody()", () => {
  test("reads bodies of known and unknown length and gives their room back", async () => {
    expect(await post("hello")).toBe("5 held 5");
    expect(await post(new Uint8Array(maxBytes))).toBe(`${maxBytes} held ${maxBytes}`);
    expect(await post(chunked(maxBytes))).toBe(`${maxBytes} held ${maxBytes}`);
    expect(await post("")).toBe("0 held 0");
    expect(budget.usedBytes()).toBe(0);
  });

  test("refuses one byte more than the limit", async () => {
    expect(await post(new Uint8Array(maxBytes + 1))).toBe("body_too_large");
    expect(await post(chunked(maxBytes + 1))).toBe("body_too_large");
    expect(budget.usedBytes()).toBe(0);
  });

  test("inflates up to the same limit", async () => {
    const gzip = { "content-encoding": "gzip" };
    expect(await post(gzipSync(Buffer.alloc(maxBytes)), gzip)).toStartWith(`${maxBytes} held `);
    expect(await post(gzipSync(Buffer.alloc(maxBytes + 1)), gzip)).toBe("body_too_large");
    expect(await post(gzipSync(Buffer.from("a")), { "content-encoding": " X-GZIP" })).toStartWith("1 held ");
    expect(await post("a", { "content-encoding": "identity" })).toStartWith("1 held ");
    expect(await post("not gzip", gzip)).toBe("invalid_request");
    expect(await post("a", { "content-encoding": "gzip, gzip" })).toBe("unsupported_encoding");
    expect(budget.usedBytes()).toBe(0);
  });

  test("refuses what does not fit into the budget of all requests, and takes it later", async () => {
    const other = budget.lease();
    other.grow(490_000);
    expect(await post(new Uint8Array(20_000))).toBe("overloaded");
    expect(await post(chunked(20_000))).toBe("overloaded");
    other.release();
    expect(await post(new Uint8Array(20_000))).toBe("20000 held 20000");
  });

  const head = "POST / HTTP/1.1\r\nhost: x\r\n";
  const slow: { readonly [what: string]: { readonly start: string; readonly pace: BodyPace; readonly drip: string } } =
    {
      "a short body that stops": {
        start: `${head}content-length: 10\r\n\r\nab`,
        pace: { ...defaultPace, stallMs: 60 },
        drip: "",
      },
      "a long body that stops": {
        start: `${head}content-length: 100000\r\n\r\nab`,
        pace: { ...defaultPace, stallMs: 60 },
        drip: "",
      },
      "chunks below the floor rate": {
        start: `${head}transfer-encoding: chunked\r\n\r\n`,
        pace: { stallMs: 1000, graceMs: 100, floorBytesPerS: 1000 },
        drip: "1\r\na\r\n",
      },
    };
  for (const [what, { start, pace: slowPace, drip }] of Object.entries(slow)) {
    test(`gives up on ${what}`, async () => {
      pace = slowPace;
      const outcome = Promise.withResolvers<string>();
      outcomes = [outcome.resolve];
      const socket = connect(server.port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write(start);
      await waitUntil("the body to be read", () => time.timers() > 0);
      await time.advance(200);
      socket.write(drip);
      expect(await outcome.promise).toBe("client_timeout");
      socket.destroy();
      pace = defaultPace;
      expect(budget.usedBytes()).toBe(0);
    });
  }

  test("gives up at once when the client goes away", async () => {
    for (const framing of ["content-length: 10", "content-length: 100000", "transfer-encoding: chunked"]) {
      const outcome = Promise.withResolvers<string>();
      outcomes = [outcome.resolve];
      const socket = connect(server.port, "127.0.0.1");
      socket.write(`${head}${framing}\r\n\r\n`);
      await waitUntil("the body to be read", () => time.timers() > 0);
      socket.destroy();
      expect(await outcome.promise).toBe("client_closed");
      await clearTimer();
    }
    expect(budget.usedBytes()).toBe(0);
  });
});
