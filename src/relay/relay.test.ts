import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { DialectId } from "#core/completion";
import type { RequestRecord } from "#core/record";
import type { Timeouts } from "#core/snapshot";
import type { Target } from "#core/target";
import { inferenceWith, scratchPipeline, scratchSecret, snapshotLeadingTo, textOf } from "#fixtures/scratch-pipeline";
import { scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { createManualTime, type ManualTime } from "#lib/fixtures/manual-time";
import { createUpstreamClient } from "#upstream/client";
import { type Play, startRawProvider, streamHead, wholeAnswer } from "./fixtures/raw-provider";

const patient: Timeouts = { connectMs: 1000, headersMs: 2000, firstTokenMs: 2000, idleMs: 2000, totalMs: 5000 };
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

let time: ManualTime;
let read: PromiseWithResolvers<void>;
beforeEach(() => {
  time = createManualTime(5, Date.UTC(2026, 0));
  read = Promise.withResolvers();
});

const choice = { index: 0, message: { role: "assistant", content: "hello" }, finish_reason: "stop" };
const hello = [wholeAnswer({ id: "c", model: "m", choices: [choice] })];
const chunk = (delta: object) => `data: ${JSON.stringify({ id: "c", model: "m", choices: [{ index: 0, delta }] })}\n\n`;
const finish = 'data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const helloStream: Play = [streamHead, chunk({ content: "hello" }), finish, "data: [DONE]\n\n", "close"];
const errorAnswer = (status: number, error: object, header = "") =>
  wholeAnswer({ error: { message: "no", ...error } }, status).replace("\r\n", `\r\n${header}`);

/** What a target answers, and what it is. */
type Asked = {
  readonly plays: readonly Play[];
  readonly name?: string;
  readonly key?: string;
  readonly dialect?: DialectId;
  readonly contextTokens?: number;
  readonly timeouts?: Partial<Timeouts>;
};

type Question = { readonly stream?: boolean; readonly refuseUnsupported?: boolean; readonly body?: object };

/** Asks targets through the pipeline; gives the answer's text or the error's message, and the record. */
async function ask(all: readonly Asked[], { stream = false, refuseUnsupported = false, body = {} }: Question = {}) {
  const governance = scratchGovernance();
  const closing = new AbortController();
  cleanups.push(governance.remove, () => closing.abort());
  const { ledger, journal, records } = governance;
  const settings = { onUnsupported: refuseUnsupported ? "refuse" : "drop" } as const;
  const snapshot = snapshotLeadingTo(all.map(targetOf), governance.key(), settings);
  const waits: number[] = [];
  const infer = scratchPipeline({
    ledger,
    journal,
    snapshot: () => snapshot,
    upstream: createUpstreamClient({ closing: closing.signal, ticker: time.ticker }),
    ticker: time.ticker,
    clock: time.clock,
    sleep: async (delayMs) => {
      waits.push(delayMs);
    },
    random: () => 0.5,
  });
  const whole = { model: "m", stream, messages: [{ role: "user", content: "hi" }], ...body };
  const response = await infer(inferenceWith(whole, { secret: () => scratchSecret }));
  const text = await textOf(response, read.resolve);
  const said = response.status === 200 ? text : String(JSON.parse(text).error.message);
  const [record] = records;
  return { said, record, steps: stepsOf(record), waits, health: ledger.health };
}

function stepsOf(record: RequestRecord | undefined): readonly string[] {
  return (record?.attempts ?? []).map(
    ({ provider, providerKey, status, next }) => `${provider}#${providerKey} ${status ?? "-"} ${next ?? "ok"}`,
  );
}

const providers = new Map<string, Target["provider"]>();
afterEach(() => providers.clear());

/** Targets of one name are keys of one provider, whose plays are the first one's. */
function targetOf({
  plays,
  name = "p",
  key = "main",
  dialect = "openai-chat",
  contextTokens,
  timeouts,
}: Asked): Target {
  const made = target(name, "m", undefined, key);
  const known = providers.get(name);
  if (known !== undefined) return { ...made, provider: known, key: { ...made.key, id: key, name: key } };
  const raw = startRawProvider(plays, { time, read: read.promise });
  cleanups.push(raw.stop);
  const provider = {
    ...made.provider,
    baseUrl: raw.url,
    timeouts: { ...patient, ...timeouts },
    retries: { max: 2, backoffInitialMs: 20, backoffMaxMs: 100 },
  };
  providers.set(name, provider);
  const facts = contextTokens === undefined ? undefined : { id: "m", contextTokens };
  return { ...made, provider, facts, dialect: { name: dialect, paths: { completion: { whole: "/x", stream: "/x" } } } };
}

describe("serve()", () => {
  test("falls back from 503, 429 and a reset, and says what came after each", async () => {
    const { said, steps, record } = await ask([
      { name: "a", plays: [[errorAnswer(503, {})]] },
      { name: "b", plays: [[errorAnswer(429, {})]] },
      { name: "c", plays: [["reset"]] },
      { name: "d", plays: [hello] },
    ]);
    expect(said).toContain("hello");
    expect(steps).toEqual([
      "a#main 503 fallback: unavailable",
      "b#main 429 fallback: rate-limited",
      "c#main - retry: reset",
      "c#main - retry: reset",
      "c#main - fallback: reset",
      "d#main 200 ok",
    ]);
    expect(record).toMatchObject({ provider: "d", outcome: "ok" });
    expect(record?.attempts[0]).toMatchObject({ errorClass: "unavailable", error: "upstream_error" });
  });

  test("asks the same target once more after one 500", async () => {
    const { said, steps } = await ask([{ plays: [[errorAnswer(500, {})], hello] }, { name: "b", plays: [hello] }]);
    expect(said).toContain("hello");
    expect(steps).toEqual(["p#main 500 retry: server-error", "p#main 200 ok"]);
  });

  test("takes another key after 401 and after a quota that is used up, and holds the first back", async () => {
    for (const refusal of [errorAnswer(401, {}), errorAnswer(429, { code: "insufficient_quota" })]) {
      providers.clear();
      const plays = [[refusal], hello];
      const { said, steps, health } = await ask([
        { plays, key: "one" },
        { plays, key: "two" },
      ]);
      expect(said).toContain("hello");
      expect(steps).toEqual([`p#one ${refusal.slice(9, 12)} other key: key-refused`, "p#two 200 ok"]);
      expect(health.read(health.row("p#one")).heldUntilMs).toBeGreaterThan(time.clock.machineMs() + 50_000);
    }
  });

  test("waits as long as the provider says, in milliseconds, where that is short, and not at all where it is long", async () => {
    const short = errorAnswer(429, {}, "retry-after-ms: 80\r\nretry-after: 1\r\n");
    const waited = await ask([{ plays: [[short], hello] }]);
    expect(waited.steps).toEqual(["p#main 429 retry: rate-limited", "p#main 200 ok"]);
    expect(waited.waits).toEqual([80]);
    providers.clear();
    const refused = await ask([{ plays: [[errorAnswer(429, {}, "retry-after: 30\r\n")], hello] }]);
    expect(refused.steps).toEqual(["p#main 429 end: the provider asks for a longer wait"]);
    expect(refused.waits).toEqual([]);
    expect(refused.said).toBe("no");
  });

  test("makes exactly one attempt for a context that is too long for all or content that is filtered", async () => {
    for (const code of ["context_length_exceeded", "content_filter"]) {
      providers.clear();
      const { steps } = await ask([
        { name: "a", plays: [[errorAnswer(400, { code })]], contextTokens: 1000 },
        { name: "b", plays: [hello], contextTokens: 1000 },
      ]);
      expect(steps).toHaveLength(1);
    }
  });

  test("goes on to a context that is not known", async () => {
    const { steps } = await ask([
      { name: "a", plays: [[errorAnswer(400, { code: "context_length_exceeded" })]], contextTokens: 1000 },
      { name: "b", plays: [hello] },
    ]);
    expect(steps).toEqual(["a#main 400 fallback: context-length", "b#main 200 ok"]);
  });

  test("goes on to a larger context", async () => {
    const { said, steps } = await ask([
      { name: "a", plays: [[errorAnswer(400, { code: "context_length_exceeded" })]], contextTokens: 1000 },
      { name: "b", plays: [hello], contextTokens: 1000 },
      { name: "c", plays: [hello], contextTokens: 2000 },
    ]);
    expect(said).toContain("hello");
    expect(steps).toEqual(["a#main 400 fallback: context-length", "c#main 200 ok"]);
  });

  test("translates anew for a target of another dialect", async () => {
    const message = { id: "m", type: "message", role: "assistant", model: "m", stop_reason: "end_turn" };
    const content = [{ type: "text", text: "bonjour" }];
    const usage = { input_tokens: 1, output_tokens: 1 };
    const { said, record } = await ask([
      { name: "a", plays: [[errorAnswer(503, {})]] },
      { name: "b", dialect: "anthropic-messages", plays: [[wholeAnswer({ ...message, content, usage })]] },
    ]);
    expect(JSON.parse(said).choices[0].message.content).toBe("bonjour");
    expect(record).toMatchObject({ provider: "b" });
  });

  test("passes over a target that cannot carry the request, where nothing may be dropped", async () => {
    const body = { seed: 7, logit_bias: { 1: 1 } };
    const translated = { name: "a", dialect: "anthropic-messages", plays: [hello] } as const;
    const carried = await ask([translated, { name: "b", plays: [hello] }], { refuseUnsupported: true, body });
    expect(carried.steps).toEqual(["b#main 200 ok"]);
    providers.clear();
    const refused = await ask([translated], { refuseUnsupported: true, body });
    expect(refused.said).toContain("Cannot carry");
    expect(refused.record).toMatchObject({ outcome: "refused", attempts: [], charges: [] });
  });
});

describe("serve() for streams", () => {
  const quick = { firstTokenMs: 150 };
  const early: readonly (readonly [what: string, play: Play, step: string])[] = [
    ["an error event", [streamHead, 'data: {"error":{"message":"odd","code":502}}\n\n', "close"], "unavailable"],
    ["a stream that says nothing", [streamHead, ": hello\n\n", "data: [DONE]\n\n", "close"], "empty-answer"],
    ["an error for a stream", [wholeAnswer({ error: { message: "odd", code: 502 } })], "unavailable"],
    ["an overload", [streamHead, 'data: {"error":{"message":"busy","type":"overloaded_error"}}\n\n'], "unavailable"],
    ["an end without a token", [streamHead, chunk({ role: "assistant", content: "" }), "close"], "invalid-answer"],
    ["an error in plain words", [streamHead, "event: error\ndata: server is overloaded\n\n"], "unavailable"],
    ["an event that is not JSON", [streamHead, "data: {oops\n\n"], "invalid-answer"],
    ["silence", [streamHead, { passMs: 150 }], "timeout"],
    ["silence before its headers", [{ passMs: 150 }, streamHead], "timeout"],
    [
      "pings, roles and empty deltas alone",
      [streamHead, ...Array.from({ length: 8 }, () => [": ping\n\n", chunk({ content: "" }), { passMs: 20 }]).flat()],
      "timeout",
    ],
  ];
  for (const [what, play, failureClass] of early) {
    test(`falls back unseen from ${what}`, async () => {
      const { said, steps, health } = await ask(
        [
          { name: "a", plays: [play], timeouts: quick },
          { name: "b", plays: [helloStream] },
        ],
        { stream: true },
      );
      expect(said).toBe(`${chunk({ content: "hello" })}${finish}data: [DONE]\n\n`);
      expect(steps.map((step) => step.split(" ").slice(2).join(" "))).toEqual([`fallback: ${failureClass}`, "ok"]);
      const billed = failureClass === "unavailable" || failureClass === "empty-answer" ? 0 : 1;
      expect(Math.min(1, health.read(health.row("a/m#main")).inputTokens)).toBe(billed);
    });
  }

  const late: readonly (readonly [what: string, play: Play, says: string])[] = [
    ["a clean close", ["close"], "before the answer was complete"],
    ["a reset", ["await-read", "reset"], "before the answer was complete"],
    ["silence", ["await-read", { passMs: 100 }], "idle timer"],
    ["an event that is not JSON", ["data: {oops\n\n"], "not JSON"],
    ["an error", ['data: {"error":{"message":"busy"}}\n\n'], "busy"],
  ];
  for (const [what, end, says] of late) {
    test(`ends with an error event, and no fallback, when ${what} comes after the first token`, async () => {
      const timeouts = { idleMs: 100 };
      const { said, record, health } = await ask(
        [
          { name: "a", plays: [[streamHead, chunk({ content: "hel" }), ...end]], timeouts },
          { name: "b", plays: [helloStream] },
        ],
        { stream: true },
      );
      expect(said).toStartWith(chunk({ content: "hel" }));
      expect(said.slice(chunk({ content: "hel" }).length)).toMatch(/^data: \{"error":.*\}\n\n$/);
      expect(said).toContain(says);
      expect(said).not.toContain("[DONE]");
      expect(record).toMatchObject({ outcome: "cut", provider: "a" });
      expect(health.read(health.row("a/m#main")).errors).toBe(1);
    });
  }

  test("breaks off at malformed chunked coding, and the next call is fine", async () => {
    const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    const data = chunk({ content: "hel" });
    const play = [`${head}${data.length.toString(16)}\r\n${data}\r\n`, "await-read", "ZZ\r\nx"];
    const plays = [play, helloStream];
    const first = await ask([{ plays }], { stream: true });
    expect(first.said).toStartWith(data);
    expect(first.said).toContain("not valid HTTP");
    const second = await ask([{ plays }], { stream: true });
    expect(second.said).toContain("hello");
  });
});
