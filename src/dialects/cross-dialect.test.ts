import { afterAll, describe, expect, test } from "bun:test";
import type { Completion, FinishReason, Item } from "#core/completion";
import { inputTotal, outputTotal } from "#core/usage";
import { parseJson, tryParseJson } from "#lib/json";
import { createCollector } from "./collect";
import type { Codec, Endpoint } from "./fixtures/parts";
import {
  anthropicMessagesCodec,
  anthropicMessagesEndpoint,
  openaiChatCodec,
  openaiChatEndpoint,
} from "./fixtures/parts";
import { parseEvents, type Recording, readRecordings } from "./fixtures/recordings";

const chatFiles = [
  ...["alibaba", "azure-openai", "cerebras", "deepseek", "gemini", "groq", "huggingface", "mistral", "moonshot"],
  ...["ollama", "openai", "openrouter", "other", "perplexity", "together", "vertex", "xai"],
];
const context = { id: "0".repeat(32), nowS: 0, streamUsage: true };

/** One way through the gateway: a provider's dialect, and the dialect of the client that gets the answer. */
type Pair = {
  readonly name: string;
  readonly provider: Codec;
  readonly endpoint: Endpoint;
  /** Reads the answer as the client does. */
  readonly client: Codec;
  readonly recordings: readonly Recording[];
  /** Finish reasons that the client's dialect has no word for, and what stands for them. */
  readonly finishes: { readonly [F in FinishReason]?: FinishReason };
};

const pairs: readonly Pair[] = [
  {
    name: "anthropic-messages → openai-chat",
    provider: anthropicMessagesCodec,
    endpoint: openaiChatEndpoint,
    client: openaiChatCodec,
    recordings: readRecordings(["anthropic", "other"], "messages"),
    finishes: {
      // Chat Completions says `stop` for a stop sequence too, and cannot ask the client to go on.
      "stop-sequence": "stop",
      pause: "stop",
      other: "stop",
      // Both lengths are `length`, both refusals `content_filter`.
      "context-length": "length",
      refusal: "content-filter",
    },
  },
  {
    name: "openai-chat → anthropic-messages",
    provider: openaiChatCodec,
    endpoint: anthropicMessagesEndpoint,
    client: anthropicMessagesCodec,
    recordings: readRecordings(chatFiles, "chat.completions"),
    finishes: {
      // Messages has one word for a model's refusal and a filter's.
      "content-filter": "refusal",
      other: "stop",
    },
  },
];

/** Losses of single recordings beyond the finish words: the fields that differ, and why. Asserted exactly. */
const losses: { readonly [id: string]: { readonly fields: readonly string[]; readonly why: string } } = {
  "990bb646cd41": {
    fields: ["finish"],
    why: "holds tool calls of server code and its end: to Chat Completions, tool_calls",
  },
};

/** Recordings that are no answer of their dialect, and what they are instead. */
const unreadable: { readonly [id: string]: string } = {
  "6ec90bad81ae": "a second message begins inside the first",
  "48b13bd8803c": "chunks, a line each, without being a stream",
  a175f92d531d: "chunks, a line each, without being a stream",
  a46601fd8a23: "chunks, a line each, without being a stream",
  "7995401d8895": "a list of answers",
  "2fd6570c508d": "a list of answers",
  "4310d2154b18": "a list of answers",
};

const passed = new Map<string, { whole: number; streamed: number; lossy: number; unreadable: number }>();

for (const pair of pairs) {
  describe.skipIf(pair.recordings.length === 0)(pair.name, () => {
    const tally = { whole: 0, streamed: 0, lossy: 0, unreadable: 0 };
    passed.set(pair.name, tally);
    for (const recording of pair.recordings.filter((each) => each.status < 400)) {
      const decoded = recording.stream ? decodeStreamed(pair.provider, recording.answer) : decodeWhole(pair, recording);
      if (!decoded || unreadable[recording.id]) {
        tally.unreadable++;
        test(`${recording.provider} ${recording.id} is refused: ${unreadable[recording.id]}`, () => {
          expect([decoded === undefined, unreadable[recording.id] !== undefined]).toEqual([true, true]);
        });
        continue;
      }
      test(`${recording.provider} ${recording.id} arrives the same, ${recording.stream ? "streamed" : "whole"}`, () => {
        const arrived = recording.stream ? streamThrough(pair, recording.answer) : wholeThrough(pair, decoded);
        const sent = expectedView(pair, decoded);
        const differing = differingFields(sent, viewOf(arrived));
        const known = losses[recording.id]?.fields ?? [];
        if (differing.join() !== known.join()) expect(viewOf(arrived)).toEqual(sent);
        expect(differing).toEqual([...known]);
        tally[recording.stream ? "streamed" : "whole"]++;
        if (known.length > 0) tally.lossy++;
      });
    }
  });
}

afterAll(() => {
  const row = (cells: readonly (string | number)[]) =>
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(34) : String(cell).padStart(11))).join("");
  const rows = [...passed].map(([name, t]) => row([name, t.whole, t.streamed, t.lossy, t.unreadable]));
  process.stdout.write(`${[row(["pair", "whole", "streamed", "of it lossy", "unreadable"]), ...rows].join("\n")}\n`);
});

function decodeWhole(pair: Pair, recording: Recording): Completion | undefined {
  try {
    return pair.provider.decodeResponse(parseJson(recording.answer));
  } catch {
    return undefined;
  }
}

function decodeStreamed(codec: Codec, text: string): Completion | undefined {
  const collector = createCollector();
  const decoder = codec.createStreamDecoder();
  try {
    for (const event of parseEvents(text)) for (const each of decoder.push(event)) collector.push(each);
  } catch {
    return undefined;
  }
  const { complete, events } = decoder.finish();
  for (const each of events) collector.push(each);
  return complete ? collector.completion() : undefined;
}

function wholeThrough({ endpoint, client }: Pair, completion: Completion): Completion {
  return client.decodeResponse(parseJson(JSON.stringify(endpoint.encodeResponse(completion, context))));
}

function streamThrough({ provider, endpoint, client }: Pair, answer: string): Completion | undefined {
  const decoder = provider.createStreamDecoder();
  const encoder = endpoint.createStreamEncoder(context);
  const events = parseEvents(answer).flatMap((event) => decoder.push(event));
  const text = [...events, ...decoder.finish().events].map((event) => encoder.push(event)).join("");
  return decodeStreamed(client, text);
}

type View = ReturnType<typeof viewOf>;

/** What must survive a translation. Only the first choice: Messages has no others. */
function viewOf(completion: Completion | undefined) {
  const items = completion?.items.filter((item) => item.choice === 0) ?? [];
  const usage = completion?.usage;
  return {
    text: textOf(items, "text") + textOf(items, "refusal"),
    reasoning: textOf(items, "reasoning"),
    calls: items.flatMap(viewCall),
    finish: completion?.finishes.find((finish) => finish.choice === 0)?.reason,
    usage: usage && {
      input: inputTotal(usage),
      cacheRead: usage.cacheRead,
      cacheWrite: usage.cacheWrite + usage.cacheWrite1h,
      output: outputTotal(usage),
      reasoning: usage.reasoning,
    },
  };
}

function viewCall(item: Item) {
  if (item.kind !== "tool-call") return [];
  return [{ id: item.id, name: item.name, arguments: tryParseJson(item.arguments || "{}") ?? item.arguments }];
}

function textOf(items: readonly Item[], kind: "text" | "refusal" | "reasoning"): string {
  return items.map((item) => (item.kind === kind ? item.text : "")).join("");
}

function expectedView(pair: Pair, decoded: Completion): View {
  const view = viewOf(decoded);
  const refused = decoded.items.some((item) => item.kind === "refusal" && item.choice === 0);
  const finish = refused && pair.client.dialect === "anthropic-messages" ? "refusal" : view.finish;
  // Messages requires the numbers: what nobody reported is zero there.
  const usage = view.usage ?? (pair.client.dialect === "anthropic-messages" ? noTokens : undefined);
  return { ...view, usage, finish: finish && (pair.finishes[finish] ?? finish) };
}

const noTokens = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };

function differingFields(sent: View, arrived: View): readonly string[] {
  const keys = ["text", "reasoning", "calls", "finish", "usage"] as const;
  return keys.filter((key) => !Bun.deepEquals(sent[key], arrived[key]));
}
