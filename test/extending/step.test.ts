import { afterEach, expect, test } from "bun:test";
import type { Completion, CompletionEvent } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { Step } from "#core/step";
import {
  anthropicMessages,
  inferenceWith,
  scratchPipeline,
  scratchSecret,
  snapshotLeadingTo,
  textOf,
} from "#fixtures/scratch-pipeline";
import { scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { laidOut } from "#lib/pieced-bytes";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamRequest } from "#upstream/upstream";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const hello = { model: "m", max_tokens: 50, messages: [{ role: "user", content: "hello" }] };
const ways = [{}, { stream: true }].flatMap((change) => [
  { change, client: {} },
  { change, client: anthropicMessages },
]);

const noSecrets: Step = {
  name: "no-secrets",
  sees: "request",
  before: ({ completion }) => {
    if (!JSON.stringify(completion?.messages).includes("secret")) return undefined;
    throw new GatewayError("policy_denied", "Cannot take the request: it holds a secret", { shouldRetry: false });
  },
};

test("a guard refuses by content, and lets the rest through with its bytes as they are", async () => {
  const plays = await play([noSecrets]);
  const secret = { ...hello, messages: [{ role: "user", content: "my secret" }] };
  const refused = await plays.ask(secret);
  expect([refused.status, refused.headers.errorCode]).toEqual([403, "policy_denied"]);
  expect([plays.sent.length, plays.claims()]).toEqual([0, 0]);
  expect(plays.records).toMatchObject([{ outcome: "refused", errorCode: "policy_denied", attempts: [], charges: [] }]);
  expect((await plays.ask(hello)).status).toBe(200);
  expect(plays.bodies()).toEqual([JSON.stringify(hello)]);
});

test("a client that leaves while a guard thinks costs no call", async () => {
  const client = new AbortController();
  const slow: Step = {
    name: "slow",
    sees: "nothing",
    before: async () => {
      client.abort();
      return undefined;
    },
  };
  const plays = await play([slow]);
  const left = await plays.ask(hello, { signal: client.signal });
  expect([left.status, plays.sent.length, plays.claims()]).toEqual([499, 0, 0]);
});

const answer: Completion = {
  id: "own",
  model: "cached",
  items: [{ choice: 0, index: 0, kind: "text", text: "from the cache", citations: [], logprobs: [] }],
  finishes: [{ choice: 0, reason: "stop" }],
  extensions: {},
};

test("a step answers itself, in every dialect, whole and streamed, and the answer is recorded", async () => {
  const cache: Step = { name: "cache", sees: "envelope", before: () => ({ answer }) };
  for (const { change, client } of ways) {
    const plays = await play([cache]);
    const response = await plays.ask({ ...hello, ...change }, client);
    expect([response.status, plays.sent.length]).toEqual([200, 0]);
    expect(response.text).toContain("from the cache");
    expect(response.contentType).toStartWith("stream" in change ? "text/event-stream" : "application/json");
    expect(plays.records).toMatchObject([{ outcome: "ok", status: 200, attempts: [] }]);
    expect(plays.records[0]).not.toHaveProperty("provider");
  }
});

test("a step changes the request, and all that follows goes by the changed one", async () => {
  const redact: Step = {
    name: "redact",
    sees: "request",
    before: ({ completion }) =>
      completion && {
        request: { ...completion, messages: [{ role: "user", content: [{ type: "text", text: "[redacted]" }] }] },
      },
  };
  for (const { client } of ways) {
    const plays = await play([redact]);
    expect((await plays.ask(hello, client)).status).toBe(200);
    expect(plays.bodies()[0]).toContain("[redacted]");
    expect(plays.bodies()[0]).not.toContain("hello");
  }
});

// A body that only the provider can refuse: decoding it in full would.
const undecodable = JSON.stringify({ model: "m", messages: 7, temperature: 0.1 });

test("without a step, and with one that sees the envelope, nothing of the body is decoded or changed", async () => {
  const seen: unknown[] = [];
  const envelope: Step = {
    name: "envelope",
    sees: "envelope",
    before: ({ endpoint, key, model, stream }) => {
      seen.push([endpoint, key?.name, model, stream]);
      return undefined;
    },
  };
  const blind: Step = { name: "blind", sees: "nothing", before: () => undefined };
  for (const steps of [[], [blind], [envelope]]) {
    const plays = await play(steps);
    expect((await plays.ask(undecodable)).status).toBe(200);
    expect(plays.bodies()).toEqual([undecodable]);
  }
  expect(seen).toEqual([["chat.completions", "ci", "m", false]]);
  const content = await play([noSecrets]);
  expect((await content.ask(undecodable)).headers.errorCode).toBe("invalid_request");
});

test("an observer sees the events of every answer, whose bytes stay as they are", async () => {
  for (const { change, client } of ways) {
    const texts: string[] = [];
    const types: string[] = [];
    const watch: Step = {
      name: "watch",
      sees: "answer",
      observe: () => (event: CompletionEvent) => {
        types.push(event.type);
        if (event.type === "text-delta") texts.push(event.text);
      },
    };
    const plain = await (await play([])).ask({ ...hello, ...change }, client);
    const watched = await (await play([watch])).ask({ ...hello, ...change }, client);
    if (client !== anthropicMessages) expect(watched.text).toBe(plain.text);
    expect(texts.join("")).toBe("hi there");
    expect([types[0], types.at(-1)]).toEqual(["start", "end"]);
  }
});

test("an observer ends an answer by throwing, and its provider is not blamed", async () => {
  const stop: Step = {
    name: "stop",
    sees: "answer",
    observe: () => (event) => {
      if (event.type !== "text-delta" || !event.text.includes("there")) return;
      throw new GatewayError("policy_denied", "Cannot give the answer: it says there");
    },
  };
  const streamed = await play([stop]);
  const cut = await streamed.ask({ ...hello, stream: true });
  expect(cut.text).toContain("it says there");
  expect(cut.text).not.toContain("[DONE]");
  expect(streamed.records).toMatchObject([{ outcome: "cut", errorCode: "policy_denied" }]);
  expect(streamed.errors()).toBe(0);
  const whole = await play([stop]);
  expect((await whole.ask(hello)).headers.errorCode).toBe("policy_denied");
  expect(whole.errors()).toBe(0);
});

test("steps are asked in their order, and a failing one fails the request as the gateway's own fault", async () => {
  const order: string[] = [];
  const named = (name: string): Step => ({
    name,
    sees: "nothing",
    before: () => {
      order.push(name);
      return undefined;
    },
  });
  const broken: Step = { name: "broken", sees: "nothing", before: () => Promise.reject(new RangeError("a bug")) };
  const plays = await play([named("first"), named("second"), broken, named("third")]);
  const response = await plays.ask(hello);
  expect([response.status, response.headers.errorCode]).toEqual([500, "internal_error"]);
  expect([order, plays.sent.length]).toEqual([["first", "second"], 0]);
});

test("what a step may do follows from what it sees", () => {
  const request = {
    ...hello,
    stream: false,
    streamUsage: false,
    tools: [],
    stop: [],
    n: 1,
    extensions: {},
    messages: [],
  };
  const steps: readonly Step[] = [
    // @ts-expect-error: who does not see the request cannot change it
    { name: "a", sees: "envelope", before: () => ({ request }) },
    // @ts-expect-error: who sees nothing cannot answer
    { name: "b", sees: "nothing", before: () => ({ answer }) },
    // @ts-expect-error: the envelope holds no body
    { name: "c", sees: "envelope", before: ({ body }) => body() },
    // @ts-expect-error: an answer is observed, not asked for
    { name: "d", sees: "answer", before: () => undefined },
  ];
  expect(steps).toHaveLength(4);
});

/** A gateway with steps, and one provider of OpenAI's dialect that says `hi there`. */
async function play(steps: readonly Step[]) {
  const governance = scratchGovernance();
  cleanups.push(governance.remove);
  const { journal, ledger, records } = governance;
  const snapshot = snapshotLeadingTo([target("p", "m")], governance.key());
  const sent: UpstreamRequest[] = [];
  const infer = scratchPipeline({
    ledger,
    journal,
    steps,
    snapshot: () => snapshot,
    upstream: async (request) => {
      sent.push(request);
      return request.streams ? streamedAnswer() : wholeAnswer();
    },
    onInternalError: () => undefined,
  });
  return {
    sent,
    records,
    bodies: () =>
      sent.map(({ body = "" }) => (typeof body === "string" ? body : Buffer.from(laidOut(body)).toString())),
    claims: () => journal.state.claims,
    errors: () => ledger.health.read(ledger.health.row("p/m#main")).errors,
    ask: async (body: unknown, client: object = {}) => {
      const response = await infer(inferenceWith(body, { ...client, secret: () => scratchSecret }));
      return { ...response, text: await textOf(response) };
    },
  };
}

function wholeAnswer() {
  const message = { role: "assistant", content: "hi there" };
  const body = { id: "c", model: "m", choices: [{ index: 0, message, finish_reason: "stop" }] };
  return responseOf("application/json", [JSON.stringify(body)]);
}

function streamedAnswer() {
  const chunk = (choice: object) =>
    `data: ${JSON.stringify({ id: "c", model: "m", choices: [{ index: 0, ...choice }] })}\n\n`;
  const texts = ["hi ", "there"].map((content) => chunk({ delta: { content } }));
  return responseOf("text/event-stream", [...texts, chunk({ delta: {}, finish_reason: "stop" }), "data: [DONE]\n\n"]);
}

function responseOf(type: string, pieces: readonly string[]) {
  return answerOfPieces(200, new Headers({ "content-type": type }), pieces);
}
