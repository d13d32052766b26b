import { afterEach, expect, test } from "bun:test";
import {
  anthropicMessages,
  inferenceWith,
  scratchPipeline,
  scratchSecret,
  snapshotLeadingTo,
  textOf,
} from "#fixtures/scratch-pipeline";
import { scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import { sentBy } from "../fixtures/said";
import type { Said } from "../fixtures/said/words";

// A good stream in the odd forms that providers and what stands before them give it is the same answer on every path.

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const words = "héllo 👋 wörld";
const said: Said = { text: words, usage: { input: 10, output: 5 } };
const late = 'data: {"id":"c","choices":[{"index":0,"delta":{"content":"LATE"}}]}\n\n';
const ends = {
  "openai-chat": "data: [DONE]\n\n",
  "anthropic-messages": 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
};

const forms: { readonly [name: string]: (stream: string, end: string) => string | readonly Uint8Array[] } = {
  "CRLF line ends": (stream) => stream.replaceAll("\n", "\r\n"),
  "CR line ends": (stream) => stream.replaceAll("\n", "\r"),
  "a byte order mark": (stream) => `\uFEFF${stream}`,
  "two closing marks": (stream, end) => stream + end,
  "an event after the end": (stream) => stream + late,
  "junk after the end": (stream) => `${stream}garbage`,
  "no blank behind the colon": (stream) => stream.replaceAll("data: ", "data:"),
  "comments between events": (stream) => stream.replaceAll("\n\n", "\n\n: ping\n\n"),
  "blocks without data": (stream) => `retry: 3000\n\nid: 1\n\n${stream}`,
  "blank lines at the beginning": (stream) => `\n\n${stream}`,
  "a byte a read": (stream) => Array.from(Buffer.from(stream), (byte) => new Uint8Array([byte])),
  "no last blank line": (stream) => stream.trimEnd(),
  "data in two lines": (stream) => stream.replaceAll('"model":"m",', '"model":"m",\ndata: '),
};

for (const provider of ["openai-chat", "anthropic-messages"] as const) {
  for (const isTranslated of [false, true]) {
    for (const targets of [1, 2]) {
      for (const [name, form] of Object.entries(forms)) {
        const how = `${isTranslated ? "translated" : "passed"}, ${targets === 1 ? "alone" : "with a fallback"}`;
        test(`a stream with ${name} is whole: ${provider}, ${how}`, async () => {
          const governance = scratchGovernance();
          cleanups.push(governance.remove);
          const { journal, ledger, records } = governance;
          const asked = ["p", "q"].slice(0, targets).map((id) => ({ ...target(id, "m"), dialect: spoken(provider) }));
          const snapshot = snapshotLeadingTo(asked, governance.key());
          let calls = 0;
          const upstream = async () => {
            calls += 1;
            const body = form(String(sentBy(provider, said, true).body), ends[provider]);
            return answerOfPieces(200, new Headers(), typeof body === "string" ? [body] : body);
          };
          const infer = scratchPipeline({ ledger, journal, snapshot: () => snapshot, upstream });
          const client = (provider === "openai-chat") === isTranslated ? anthropicMessages : {};
          const body = { model: "m", max_tokens: 9, stream: true, messages: [{ role: "user", content: "hi" }] };
          const response = await infer(inferenceWith(body, { ...client, secret: () => scratchSecret }));
          const text = await textOf(response);
          const [record] = records;
          expect([response.status, record?.outcome, record?.usage?.output, calls]).toEqual([200, "ok", 5, 1]);
          expect(text.split(words).length).toBe(2);
          expect(text).not.toContain("LATE");
          const end = "dialect" in client ? /"type":"message_stop"/g : /\[DONE\]/g;
          expect(text.match(end)?.length).toBe(1);
        });
      }
    }
  }
}

for (const provider of ["openai-chat", "anthropic-messages"] as const) {
  test(`comments of a provider pass, but not to a client that breaks on them: ${provider}`, async () => {
    const governance = scratchGovernance();
    cleanups.push(governance.remove);
    const { journal, ledger, records } = governance;
    const snapshot = snapshotLeadingTo([{ ...target("p", "m"), dialect: spoken(provider) }], governance.key());
    const body = String(sentBy(provider, said, true).body).replaceAll("\n\n", "\n\n: PROCESSING\n\n");
    const upstream = async () => answerOfPieces(200, new Headers(), [body]);
    const infer = scratchPipeline({ ledger, journal, snapshot: () => snapshot, upstream });
    const asked = { model: "m", max_tokens: 9, stream: true, messages: [{ role: "user", content: "hi" }] };
    const textFor = async (language: string) => {
      const header = (name: string) => (name === "x-stainless-lang" ? language : null);
      const change = {
        secret: () => scratchSecret,
        header,
        ...(provider === "anthropic-messages" && anthropicMessages),
      };
      return textOf(await infer(inferenceWith(asked, change)));
    };
    const [js, go] = [await textFor("js"), await textFor("go")];
    expect(js).toContain("\n\n: PROCESSING\n\n");
    expect(go).toBe(js.replaceAll(": PROCESSING\n\n", ""));
    expect(records.map(({ outcome, usage }) => [outcome, usage?.output])).toEqual([
      ["ok", 5],
      ["ok", 5],
    ]);
  });
}
