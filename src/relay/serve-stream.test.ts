import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { RequestRecord } from "#core/record";
import type { Settings, Timeouts } from "#core/snapshot";
import type { Target } from "#core/target";
import {
  anthropicMessages,
  inferenceWith,
  scratchPipeline,
  scratchSecret,
  snapshotLeadingTo,
} from "#fixtures/scratch-pipeline";
import { scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { createManualTime, type ManualTime } from "#lib/fixtures/manual-time";
import { createUpstreamClient } from "#upstream/client";
import { type Play, startRawProvider, streamHead, wholeAnswer } from "./fixtures/raw-provider";

/** As they are by default. */
const timeouts: Timeouts = {
  connectMs: 5000,
  headersMs: 300_000,
  firstTokenMs: 12_000,
  patientFirstTokenMs: 120_000,
  idleMs: 30_000,
  totalMs: 900_000,
};
const ping = ": ping\n";
const comment = ": thinking\n\n";
const chunk = (delta: object) => `data: ${JSON.stringify({ id: "c", model: "m", choices: [{ index: 0, delta }] })}\n\n`;
const role = chunk({ role: "assistant", content: "" });
const finish = 'data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const usage = 'data: {"id":"c","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}}\n\n';
const done = "data: [DONE]\n\n";
const hello = [chunk({ content: "hello" }), finish, done, "close"] as const;
const event = (type: string, data: object = {}) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const messageStart = event("message_start", {
  message: { id: "m", type: "message", role: "assistant", model: "m", content: [], usage: { input_tokens: 3 } },
});
const thinking = event("content_block_start", { index: 0, content_block: { type: "thinking", thinking: "" } });
const pass = (ms: number) => ({ passMs: ms });
/** Passes so long, with a sign of life at the end of each part. */
const alive = (sign: string, ms: number, everyMs: number) =>
  Array.from({ length: Math.floor(ms / everyMs) }, () => [pass(everyMs), sign]).flat();

let time: ManualTime;
const cleanups: (() => void)[] = [];
beforeEach(() => {
  time = createManualTime(25);
});
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

type Asked = {
  readonly name: string;
  readonly play: Play;
  readonly dialect?: "openai-chat" | "anthropic-messages";
  readonly timeouts?: Partial<Timeouts>;
};

type Question = {
  readonly settings?: Partial<Settings>;
  readonly body?: object;
  readonly client?: Partial<typeof anthropicMessages>;
  /** The client leaves after so long. */
  readonly leaveAtMs?: number;
};

/** Asks for a stream, and gives all that the client saw of it, with the time at which it came, and the record. */
async function ask(all: readonly Asked[], { settings = {}, body = {}, client = {}, leaveAtMs }: Question = {}) {
  const governance = scratchGovernance();
  cleanups.push(governance.remove);
  const leaving = new AbortController();
  const snapshot = snapshotLeadingTo(all.map(targetOf), governance.key(), settings);
  const infer = scratchPipeline({
    ledger: governance.ledger,
    journal: governance.journal,
    snapshot: () => snapshot,
    upstream: createUpstreamClient({ ticker: time.ticker }),
    ticker: time.ticker,
    clock: time.clock,
    sleep: time.sleep,
  });
  const startMs = time.clock.nowMs();
  const sinceStart = () => time.clock.nowMs() - startMs;
  const asked = { model: "m", max_tokens: 100, stream: true, messages: [{ role: "user", content: "hi" }], ...body };
  const change = { secret: () => scratchSecret, signal: leaving.signal, ...client };
  const response = await infer(inferenceWith(asked, change));
  const headersAtMs = sinceStart();
  const pieces: { readonly text: string; readonly atMs: number }[] = [];
  if (leaveAtMs !== undefined) time.startTimer(() => leaving.abort(), leaveAtMs - headersAtMs);
  if (typeof response.body === "string" || response.body instanceof Uint8Array) {
    pieces.push({ text: response.body.toString(), atMs: headersAtMs });
  } else {
    await response.body.sendTo({
      write: (bytes) => pieces.push({ text: Buffer.from(bytes).toString(), atMs: sinceStart() }),
      flush: () => 0,
    });
  }
  const { provider, attempts } = response.headers;
  const said = pieces.map(({ text }) => text).join("");
  const [record] = governance.records;
  const { health } = governance.ledger;
  return {
    status: response.status,
    headersAtMs,
    provider,
    attempts,
    pieces,
    said,
    record,
    steps: stepsOf(record),
    health,
  };
}

function stepsOf(record: RequestRecord | undefined): readonly string[] {
  return (record?.attempts ?? []).map(({ provider, errorClass = "ok" }) => `${provider} ${errorClass}`);
}

function targetOf({ name, play, dialect = "openai-chat", timeouts: own }: Asked): Target {
  const raw = startRawProvider([play], { time, read: Promise.resolve() });
  cleanups.push(raw.stop);
  const made = target(name, "m");
  const provider = { ...made.provider, baseUrl: raw.url, timeouts: { ...timeouts, ...own } };
  return { ...made, provider, dialect: { name: dialect, paths: { completion: { whole: "/x", stream: "/x" } } } };
}

describe("headers of a stream", () => {
  test("go out with the first token, where that comes soon", async () => {
    const { said, headersAtMs, provider, attempts } = await ask([
      { name: "a", play: [streamHead, pass(3000), role, pass(3000), ...hello] },
      { name: "b", play: [streamHead, ...hello] },
    ]);
    expect([headersAtMs, provider, attempts]).toEqual([6000, "a", 1]);
    expect(said).toBe(role + hello.slice(0, 3).join(""));
  });

  test("go out after 10 s, and keep-alives until the token comes", async () => {
    const { pieces, headersAtMs, steps, record } = await ask([
      { name: "a", play: [pass(41_000), streamHead, ...hello] },
    ]);
    expect(headersAtMs).toBe(10_000);
    expect(pieces.slice(0, 3)).toEqual([10_000, 25_000, 40_000].map((atMs) => ({ text: ping, atMs })));
    expect(
      pieces
        .slice(3)
        .map(({ text }) => text)
        .join(""),
    ).toBe(hello.slice(0, 3).join(""));
    expect(steps).toEqual(["a ok"]);
    expect(record).toMatchObject({ outcome: "ok", status: 200, firstTokenMs: 41_000 });
  });

  test("leave the fallback possible, and name whom was asked then", async () => {
    const { said, provider, attempts, steps, record } = await ask([
      { name: "a", play: [streamHead, pass(13_000)] },
      { name: "b", play: [streamHead, ...hello] },
    ]);
    expect([provider, attempts]).toEqual(["a", 1]);
    expect(said).toBe(ping + hello.slice(0, 3).join(""));
    expect(steps).toEqual(["a timeout", "b ok"]);
    expect(record).toMatchObject({ provider: "b", outcome: "ok", status: 200 });
  });

  test("are followed by an error event where no target answers, and the record says so", async () => {
    const { said, status, steps, record } = await ask([
      { name: "a", play: [pass(11_000), wholeAnswer({ error: { message: "no" } }, 503)] },
      { name: "b", play: [pass(2000), wholeAnswer({ error: { message: "bad field" } }, 400)] },
    ]);
    expect(status).toBe(200);
    expect(said).toStartWith(`${ping}data: {"error":{"message":"bad field"`);
    expect(said).not.toContain("[DONE]");
    expect(steps).toEqual(["a unavailable", "b bad-request"]);
    expect(record).toMatchObject({ outcome: "error", status: 200, errorCode: "upstream_error" });
    expect(record?.responseBytes).toBe(said.length - ping.length);
  });

  test("wait for the token where the setting says so", async () => {
    const never = await ask([{ name: "a", play: [pass(20_000), wholeAnswer({}, 503)] }], {
      settings: { streamHeadersAfterMs: -1 },
    });
    expect([never.status, never.headersAtMs]).toEqual([502, 20_000]);
  });

  test("go out at once where the setting says so, but not before somebody was asked", async () => {
    const settings = { streamHeadersAfterMs: 0 };
    const atOnce = await ask([{ name: "a", play: [pass(5000), streamHead, ...hello] }], { settings });
    expect(atOnce.headersAtMs).toBe(0);
    expect(atOnce.said).toBe(ping + hello.slice(0, 3).join(""));
    const refused = await ask([{ name: "a", play: [streamHead, ...hello], dialect: "anthropic-messages" }], {
      settings: { ...settings, onUnsupported: "refuse" },
      body: { logit_bias: { 1: 1 } },
    });
    expect(refused.status).toBe(400);
  });

  test("go out with the first sign of life where nobody else can be asked, and nothing is held back", async () => {
    for (const [sign, dialect, client] of [
      [comment, "openai-chat", {}],
      [role, "openai-chat", {}],
      [messageStart, "anthropic-messages", anthropicMessages],
    ] as const) {
      const { headersAtMs, pieces } = await ask(
        [{ name: "a", dialect, play: [streamHead, pass(1000), sign, pass(5000), sign, "close"] }],
        { client },
      );
      expect(headersAtMs).toBe(1000);
      expect(pieces[0]).toEqual({ text: sign, atMs: 1000 });
    }
  });

  test("go out with a sign of life that has no words in the client's dialect, with a keep-alive", async () => {
    const play = [streamHead, pass(1000), comment, pass(5000), ...hello];
    const { headersAtMs, pieces, said } = await ask([{ name: "a", play }], { client: anthropicMessages });
    expect(headersAtMs).toBe(1000);
    expect(pieces[0]?.text).toBe('event: ping\ndata: {"type": "ping"}\n\n');
    expect(said).toContain("message_stop");
  });

  test("once out with a sign of life, an error is an event and nobody is asked again", async () => {
    const overloaded = event("error", { error: { type: "overloaded_error", message: "busy" } });
    const { said, steps, record, health } = await ask(
      [{ name: "a", dialect: "anthropic-messages", play: [streamHead, messageStart, pass(1000), overloaded] }],
      { client: anthropicMessages },
    );
    expect(said).toStartWith(`${messageStart}event: error`);
    expect(steps).toEqual(["a ok"]);
    expect(record).toMatchObject({ outcome: "cut", status: 200 });
    expect(health.read(health.row("a/m#main"))).toMatchObject({ requests: 1, errors: 1, consecutiveErrors: 1 });
  });

  test("out early, a client that leaves is recorded, and its provider let go", async () => {
    const { said, record } = await ask([{ name: "a", play: [pass(60_000), streamHead, ...hello] }], {
      leaveAtMs: 30_000,
    });
    expect(said).toBe(ping + ping);
    expect(record).toMatchObject({ outcome: "client-gone", status: 499 });
  });
});

describe("the wait for the first token", () => {
  const spare: Asked = { name: "b", play: [streamHead, ...hello] };

  test("is 12 s where somebody else can be asked, and such a cut ejects nobody", async () => {
    const { steps, health } = await ask([{ name: "a", play: [streamHead, pass(13_000)] }, spare]);
    expect(steps).toEqual(["a timeout", "b ok"]);
    const { errors, consecutiveErrors, ejectedUntilMs } = health.read(health.row("a/m#main"));
    expect([errors, consecutiveErrors, ejectedUntilMs]).toEqual([1, 0, 0]);
  });

  const signs: readonly (readonly [what: string, sign: string, dialect: "openai-chat" | "anthropic-messages"])[] = [
    ["a comment", comment, "openai-chat"],
    ["a role", role, "openai-chat"],
    ["a ping", messageStart + event("ping"), "anthropic-messages"],
    ["an open block of thoughts", messageStart + thinking, "anthropic-messages"],
  ];
  for (const [what, sign, dialect] of signs) {
    test(`becomes 120 s once ${what} came`, async () => {
      const client = dialect === "anthropic-messages" ? anthropicMessages : {};
      const begin = [streamHead, pass(2000), sign];
      const answer =
        dialect === "openai-chat"
          ? [...hello]
          : [
              event("content_block_start", { index: 1, content_block: { type: "text", text: "" } }),
              event("content_block_delta", { index: 1, delta: { type: "text_delta", text: "hello" } }),
              event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } }),
              event("message_stop"),
              "close" as const,
            ];
      const patient = await ask([{ name: "a", dialect, play: [...begin, pass(110_000), ...answer] }, spare], {
        client,
      });
      expect(patient.steps).toEqual(["a ok"]);
      expect(patient.said).toContain("hello");
      const tooLong = await ask([{ name: "a", dialect, play: [...begin, pass(119_000)] }, spare], { client });
      expect(tooLong.steps).toEqual(["a timeout", "b ok"]);
    });
  }

  test("is not begun anew by further signs", async () => {
    const { steps } = await ask([{ name: "a", play: [streamHead, ...alive(comment, 130_000, 5000)] }, spare]);
    expect(steps).toEqual(["a timeout", "b ok"]);
  });

  test("is as long as the whole attempt's for requests that make the model reason", async () => {
    for (const body of [{ reasoning_effort: "high" }, { reasoning: { enabled: true } }, { enable_thinking: true }]) {
      const { steps } = await ask([{ name: "a", play: [streamHead, pass(200_000), ...hello] }, spare], { body });
      expect(steps).toEqual(["a ok"]);
    }
    const off = await ask([{ name: "a", play: [streamHead, pass(13_000)] }, spare], {
      body: { reasoning_effort: "none" },
    });
    expect(off.steps).toEqual(["a timeout", "b ok"]);
  });
});

describe("a stream whose choices are finished", () => {
  const openEnd: readonly (readonly [what: string, play: Play, tail: string])[] = [
    ["silence", [chunk({ content: "a" }), finish, pass(3000)], finish + done],
    [
      "silence after its usage",
      [chunk({ content: "a" }), finish, pass(1000), usage, pass(3000)],
      finish + usage + done,
    ],
    ["comments", [chunk({ content: "a" }), finish, ...alive(comment, 3000, 600)], finish + comment.repeat(3) + done],
  ];
  for (const [what, play, tail] of openEnd) {
    test(`is complete 2 s later, where ${what} follows`, async () => {
      const { said, record, pieces } = await ask([{ name: "a", play: [streamHead, ...play] }], {
        body: { stream_options: { include_usage: true } },
      });
      expect(said).toBe(chunk({ content: "a" }) + tail);
      expect(pieces.at(-1)?.atMs).toBeLessThanOrEqual(2050);
      expect(record).toMatchObject({ outcome: "ok", finishReason: "stop" });
    });
  }

  test("is complete without Anthropic's last event too, in both dialects", async () => {
    const play = [
      streamHead,
      messageStart,
      event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
      event("content_block_delta", { index: 0, delta: { type: "text_delta", text: "hello" } }),
      event("content_block_stop", { index: 0 }),
      event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } }),
      pass(3000),
    ];
    const own = await ask([{ name: "a", dialect: "anthropic-messages", play }], { client: anthropicMessages });
    expect(own.said).toEndWith('event: message_stop\ndata: {"type":"message_stop"}\n\n');
    expect(own.record).toMatchObject({ outcome: "ok", usage: { input: 3, output: 2, estimated: false } });
    const other = await ask([{ name: "a", dialect: "anthropic-messages", play }]);
    expect(other.said).toEndWith(done);
    expect(other.record).toMatchObject({ outcome: "ok", finishReason: "end_turn" });
  });

  test("is not taken for complete while one of them is not", async () => {
    const { said, record } = await ask(
      [{ name: "a", play: [streamHead, chunk({ content: "a" }), finish, pass(40_000)] }],
      { body: { n: 2 } },
    );
    expect(said).toContain("idle timer");
    expect(record).toMatchObject({ outcome: "cut" });
  });
});

describe("a stream that goes on", () => {
  test("gets keep-alives while nothing comes, between events", async () => {
    const { said, record } = await ask([
      { name: "a", play: [streamHead, chunk({ content: "a" }), pass(16_000), ...hello] },
    ]);
    expect(said).toBe(chunk({ content: "a" }) + ping + hello.slice(0, 3).join(""));
    expect(record).toMatchObject({ outcome: "ok" });
  });

  test("gets none where the setting says so", async () => {
    const { said } = await ask([{ name: "a", play: [streamHead, chunk({ content: "a" }), pass(16_000), ...hello] }], {
      settings: { keepAliveMs: 0 },
    });
    expect(said).toBe(chunk({ content: "a" }) + hello.slice(0, 3).join(""));
  });

  test("is kept by signs of life for 120 s, and ended by silence after 30", async () => {
    const kept = await ask([
      { name: "a", play: [streamHead, chunk({ content: "a" }), ...alive(comment, 100_000, 10_000), ...hello] },
    ]);
    expect(kept.record).toMatchObject({ outcome: "ok" });
    const barren = await ask([
      { name: "a", play: [streamHead, chunk({ content: "a" }), ...alive(comment, 140_000, 10_000)] },
    ]);
    expect(barren.said).toContain("idle timer of 120000 ms");
    const silent = await ask([{ name: "a", play: [streamHead, chunk({ content: "a" }), pass(31_000)] }]);
    expect(silent.said).toContain("idle timer of 30000 ms");
    expect(silent.health.read(silent.health.row("a/m#main"))).toMatchObject({ errors: 1, consecutiveErrors: 0 });
  });
});
