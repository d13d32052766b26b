import { afterAll, describe, expect, test } from "bun:test";
import type { DialectId } from "#core/completion";
import { parseEvents } from "#dialects/fixtures/recordings";
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
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamClient } from "#upstream/upstream";

// JSON that only passes through: arguments of tools and schemas, in requests and answers, whole and streamed, from either
// dialect to the other. What arrives is the text that was sent.

/** Objects that are not the same when they are parsed and written anew. */
const objects = [
  '{"id":2512292042121000001,"negative":-9007199254740993}',
  '{"a":1.0,"b":-0,"c":1e400,"d":0.10,"e":1E5}',
  '{"2":"second","1":"first","":null}',
  '{"twice":1,"twice":2}',
  '{"__proto__":{"polluted":true},"constructor":{"prototype":1}}',
  '{"lone":"\\ud83d","pair":"\\ud83d\\ude00","escaped":"\\u0061\\/","quote":"\\"\\\\"}',
  '{ "type" : "object",  "properties" : { "n" : { "maximum" : 18446744073709551615 } } }',
  `{"deep":${"[".repeat(400)}${"]".repeat(400)}}`,
  `{"long":"${"0123456789\\n".repeat(20_000)}"}`,
];

const governance = scratchGovernance();
afterAll(governance.remove);

describe.each(objects.map((object) => [object.slice(0, 60), object]))("%s", (_name, object) => {
  const quoted = JSON.stringify(object);
  // Completed where Anthropic requires a type.
  const schema = object.includes('"type"') ? object : `{"type":"object",${object.slice(1)}`;

  test("in a request from Chat Completions to Messages", async () => {
    const call = `{"id":"c","type":"function","function":{"name":"f","arguments":${quoted}}}`;
    const odd = `{"id":"d","type":"function","function":{"name":"f","arguments":${object}}}`;
    const format = `{"type":"json_schema","json_schema":{"name":"n","schema":${object}}}`;
    const tools = `[{"type":"function","function":{"name":"f","parameters":${object}}}]`;
    const body = `{"model":"m","messages":[{"role":"user","content":"q"},{"role":"assistant","tool_calls":[${call},${odd}]}],
      "tools":${tools},"response_format":${format}}`;
    const sent = (await ask("anthropic-messages", body, "{}")).sent;
    expect(occurrences(sent, `"input":${object}`)).toBe(2);
    expect(sent).toContain(`"input_schema":${schema}`);
    expect(sent).toContain(`"schema":${object}`);
  });

  test("in a request from Messages to Chat Completions", async () => {
    const call = `{"type":"tool_use","id":"c","name":"f","input":${object}}`;
    const body = `{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[${call}]}],
      "tools":[{"name":"f","input_schema":${object}}],"output_config":{"format":{"type":"json_schema","schema":${object}}}}`;
    const sent = (await ask("openai-chat", body, "{}")).sent;
    expect(sent).toContain(`"arguments":${quoted}`);
    expect(sent).toContain(`"parameters":${object}`);
    expect(sent).toContain(`"schema":${object}`);
  });

  test("in a whole answer from Chat Completions to Messages", async () => {
    const call = (text: string) => `{"id":"c","type":"function","function":{"name":"f","arguments":${text}}}`;
    const message = `{"role":"assistant","content":null,"tool_calls":[${call(quoted)},${call(object)}]}`;
    const answer = `{"id":"c","model":"m","choices":[{"index":0,"message":${message},"finish_reason":"tool_calls"}]}`;
    const { got } = await ask("openai-chat", messagesBody(false), answer);
    expect(occurrences(got, `"input":${object}`)).toBe(2);
  });

  test("in a whole answer from Messages to Chat Completions", async () => {
    const content = `[{"type":"tool_use","id":"c","name":"f","input":${object}}]`;
    const answer = `{"id":"m","type":"message","role":"assistant","model":"m","content":${content},"stop_reason":"tool_use","usage":{}}`;
    const { got } = await ask("anthropic-messages", chatBody(false), answer);
    expect(got).toContain(`"arguments":${quoted}`);
  });

  test("in a stream from Chat Completions to Messages", async () => {
    const half = Math.floor(object.length / 2);
    const call = (fields: string) =>
      `"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":${fields}}}]`;
    const pieces = [object.slice(0, half), object.slice(half)].map((piece) => chunk(call(JSON.stringify(piece))));
    for (const [texts, written] of [
      [pieces, object],
      [[chunk(call(object))], object],
    ] as const) {
      const { got } = await ask("openai-chat", messagesBody(true), `${texts.join("")}${lastChunk}`);
      expect(joined(got, "partial_json")).toBe(written);
    }
  });

  test("in a stream from Messages to Chat Completions", async () => {
    const half = Math.floor(object.length / 2);
    const delta = (text: string) =>
      event(
        "content_block_delta",
        `"index":0,"delta":{"type":"input_json_delta","partial_json":${JSON.stringify(text)}}`,
      );
    const start = (input: string) =>
      event(
        "content_block_start",
        `"index":0,"content_block":{"type":"tool_use","id":"c","name":"f","input":${input}}`,
      );
    const inPieces = start("{}") + delta(object.slice(0, half)) + delta(object.slice(half));
    for (const text of [inPieces, start(object)]) {
      const { got } = await ask("anthropic-messages", chatBody(true), firstEvent + text + lastEvents);
      expect(joined(got, "arguments")).toBe(object);
    }
  });
});

const chatBody = (stream: boolean) => `{"model":"m","stream":${stream},"messages":[{"role":"user","content":"q"}]}`;
const messagesBody = (stream: boolean) => `{"max_tokens":9,${chatBody(stream).slice(1)}`;
const chunk = (delta: string) => `data: {"id":"c","model":"m","choices":[{"index":0,"delta":{${delta}}}]}\n\n`;
const lastChunk =
  'data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}\n\ndata: [DONE]\n\n';
const event = (type: string, fields: string) => `event: ${type}\ndata: {"type":"${type}",${fields}}\n\n`;
const firstEvent = event("message_start", '"message":{"id":"m","type":"message","model":"m","content":[],"usage":{}}');
const lastEvents =
  event("content_block_stop", '"index":0') +
  event("message_delta", '"delta":{"stop_reason":"tool_use"},"usage":{}') +
  event("message_stop", '"x":0');

/** Asks a provider of this dialect as a client of the other one. */
async function ask(provider: DialectId, body: string, answer: string) {
  const { journal, ledger } = governance;
  const snapshot = snapshotLeadingTo([{ ...target("p", "m"), dialect: spoken(provider) }], governance.key());
  let sent = "";
  const upstream: UpstreamClient = async (call) => {
    sent = Buffer.from(laidOut(call.body ?? "")).toString();
    const type = call.streams === true ? "text/event-stream" : "application/json";
    return answerOfPieces(200, new Headers({ "content-type": type }), [Buffer.from(answer)]);
  };
  const infer = scratchPipeline({ ledger, journal, snapshot: () => snapshot, upstream });
  const client = provider === "openai-chat" ? anthropicMessages : {};
  const response = await infer(inferenceWith(body, { ...client, secret: () => scratchSecret }));
  return { sent, got: await textOf(response) };
}

function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** The pieces of a streamed text, wherever its field stands in the events. */
function joined(stream: string, field: string): string {
  const pieces = parseEvents(stream).flatMap(({ data }) => {
    const found: string[] = [];
    if (data.startsWith("{")) JSON.parse(data, (key, value) => (key === field ? found.push(value) : value));
    return found;
  });
  return pieces.join("");
}
