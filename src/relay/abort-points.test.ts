import { expect, test } from "bun:test";
import type { DialectId } from "#core/completion";
import { outputTotal } from "#core/usage";
import { inferenceWith, scratchPipeline, scratchSecret, snapshotLeadingTo } from "#fixtures/scratch-pipeline";
import { type ScratchGovernance, scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { createManualTime } from "#lib/fixtures/manual-time";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { createUpstreamClient } from "#upstream/client";
import { type Play, startRawProvider, streamHead, wholeAnswer } from "./fixtures/raw-provider";

/**
 * Clients that leave at random points of an answer. What is charged is held against what the scripted provider had
 * written by then: a token is four to five letters, as English text has them.
 */
const isFull = process.env.HEADGATE_TEST_FULL === "1";
const points = isFull ? 1250 : 20;

const tickMs = 25;
/** Tokens of the whole answer, which is also the limit. */
const whole = 400;
const kinds = [
  { dialect: "openai-chat", stream: false },
  { dialect: "anthropic-messages", stream: false },
  { dialect: "openai-chat", stream: true },
  { dialect: "anthropic-messages", stream: true },
] as const satisfies readonly Kind[];
type Kind = { readonly dialect: DialectId; readonly stream: boolean };

/** A provider: how fast it writes, in tokens a second, and how long it takes to begin. */
type Speed = { readonly tokensPerS: number; readonly beginMs: number; readonly letters: number };

for (const kind of kinds) {
  test(`leaving ${kind.dialect} ${kind.stream ? "streams" : "whole answers"} at ${points} points is charged for`, async () => {
    const random = seeded(kinds.indexOf(kind) + 1);
    const governance = scratchGovernance();
    const charged: { readonly had: number; readonly for: number }[] = [];
    try {
      for (let point = 0; point < points; point++) {
        const speed = { tokensPerS: 40 + random() * 160, beginMs: 50 + random() * 400, letters: 4 + random() };
        const wholeMs = speed.beginMs + (whole * 1000) / speed.tokensPerS;
        charged.push(await leaveAt(governance, kind, speed, 100 + random() * (wholeMs - 150)));
      }
    } finally {
      governance.remove();
    }
    expect(charged.filter((each) => each.for > whole)).toEqual([]);
    expect(charged.filter((each) => each.for < each.had).length).toBeLessThanOrEqual(points / 100);
    const sum = (of: "had" | "for") => charged.reduce((total, each) => total + each[of], 0);
    expect(sum("for") / sum("had")).toBeLessThan(1.25);
  }, 600_000);
}

/** What a provider had written when its client left, and what was charged; it has answered once before. */
async function leaveAt(governance: ScratchGovernance, kind: Kind, speed: Speed, atMs: number) {
  const time = createManualTime(tickMs, Date.UTC(2026, 0));
  const plays = [playOf(kind, speed), playOf(kind, speed)];
  const provider = startRawProvider(plays, { time, read: Promise.resolve() });
  try {
    const made = target("p", "m");
    const timeouts = { connectMs: 9e4, headersMs: 9e4, firstTokenMs: 9e4, idleMs: 9e4, totalMs: 9e4 };
    const to = {
      ...made,
      dialect: spoken(kind.dialect, "/chat/completions"),
      provider: { ...made.provider, baseUrl: provider.url, timeouts },
    };
    const money = governance.limit({
      kind: "budget",
      unit: "nanodollars",
      amount: 1e12,
      mode: "hard",
      period: { kind: "none" },
    });
    const snapshot = snapshotLeadingTo([to], governance.key([money]));
    const infer = scratchPipeline({
      ledger: governance.ledger,
      journal: governance.journal,
      clock: time.clock,
      ticker: time.ticker,
      snapshot: () => snapshot,
      upstream: createUpstreamClient({ ticker: time.ticker }),
      sleep: async () => undefined,
    });
    const ask = async (client: AbortController) => {
      const body = { model: "m", max_tokens: whole, stream: kind.stream, messages: [{ role: "user", content: "hi" }] };
      const { dialect } = kind;
      const asked = await infer(inferenceWith(body, { dialect, signal: client.signal, secret: () => scratchSecret }));
      const answer = asked.body;
      if (typeof answer === "string" || answer instanceof Uint8Array) return;
      client.signal.addEventListener("abort", () => answer.leave());
      if (client.signal.aborted) answer.leave();
      await answer.sendTo({ write: ({ length }) => length, flush: () => 0 });
    };
    await ask(new AbortController());
    const client = new AbortController();
    time.startTimer(() => client.abort(), atMs);
    await ask(client);
    const record = governance.records.at(-1);
    if (record?.outcome !== "client-gone") throw new Error(`It ended as ${record?.outcome}`);
    const had = Math.min(whole, Math.floor((Math.max(0, atMs - speed.beginMs) * speed.tokensPerS) / 1000));
    return {
      had: kind.stream ? Math.floor(had / perPiece) * perPiece : had,
      for: record.usage ? outputTotal(record.usage) : 0,
    };
  } finally {
    provider.stop();
  }
}

/** Pieces of a stream are ten tokens. */
const perPiece = 10;

function playOf({ dialect, stream }: Kind, { beginMs, letters, tokensPerS }: Speed): Play {
  const usage = dialect === "openai-chat" ? chatUsage : claudeUsage;
  if (!stream) {
    const body = dialect === "openai-chat" ? chatBody : claudeBody;
    return [{ passMs: beginMs + (whole * 1000) / tokensPerS }, wholeAnswer({ ...body, usage })];
  }
  const text = "x".repeat(Math.ceil(perPiece * letters));
  const piece = dialect === "openai-chat" ? chatPiece(text) : claudePiece(text);
  const pieces = Array.from({ length: whole / perPiece }, () => [{ passMs: (perPiece * 1000) / tokensPerS }, piece]);
  const [start, end] = dialect === "openai-chat" ? ["", chatEnd] : [claudeStart, claudeEnd];
  return [streamHead, { passMs: beginMs }, start, ...pieces.flat(), end, "close"];
}

const chatUsage = { prompt_tokens: 11, completion_tokens: whole };
const claudeUsage = { input_tokens: 11, output_tokens: whole };
const chatBody = {
  id: "c",
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "hello" }, finish_reason: "stop" }],
};
const claudeBody = {
  id: "m",
  type: "message",
  role: "assistant",
  model: "m",
  content: [{ type: "text", text: "hello" }],
  stop_reason: "end_turn",
};
const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const chatPiece = (content: string) =>
  `data: ${JSON.stringify({ id: "c", model: "m", choices: [{ index: 0, delta: { content } }] })}\n\n`;
const chatEnd =
  'data: {"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n' +
  `data: ${JSON.stringify({ id: "c", model: "m", choices: [], usage: chatUsage })}\n\ndata: [DONE]\n\n`;
const claudePiece = (text: string) => event("content_block_delta", { index: 0, delta: { type: "text_delta", text } });
const claudeStart =
  event("message_start", {
    message: { id: "m", model: "m", role: "assistant", content: [], usage: { input_tokens: 11, output_tokens: 1 } },
  }) + event("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
const claudeEnd =
  event("content_block_stop", { index: 0 }) +
  event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: whole } }) +
  event("message_stop", {});

/** Mulberry32: the same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
