import { afterEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { failureSubject, impliedStatus } from "#dialects/failure-subject";
import { parseEvents } from "#dialects/fixtures/recordings";
import { dialects } from "#dialects/registry";
import {
  anthropicMessages,
  inferenceWith,
  scratchPipeline,
  scratchSecret,
  snapshotLeadingTo,
  textOf,
} from "#fixtures/scratch-pipeline";
import { scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { isObject, tryParseJson } from "#lib/json";
import { classifyStatus, type FailureClass, failureClasses } from "#routing/failure-classes";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import { sentBy } from "../fixtures/said";

// Errors as providers, and what stands before them, were reported to word them: whose fault each is, who is asked next, what
// is held back, and what the client is told, whole and in a stream, whichever dialect it speaks.
// A line each: class | dialect | status | who | body.
const lines = readFileSync(`${import.meta.dir}/../fixtures/reported-errors.txt`, "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => {
    const [expected = "", dialect = "", status = "", who = "", ...body] = line.split(" | ");
    return { expected, dialect, status: Number(status), who, body: body.join(" | ") };
  });

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

type Way = { readonly stream: boolean; readonly isTranslated: boolean };

/** Whole and streamed; every other error is translated whole, the others are streamed. */
function waysOf(index: number): readonly Way[] {
  const isEven = index % 2 === 0;
  return [
    { stream: false, isTranslated: isEven },
    { stream: true, isTranslated: !isEven },
  ];
}

const final: readonly string[] = ["key-refused", "unknown-model", "context-length", "content-filter", "bad-request"];
const kept = [400, 404, 409, 413, 422, 429];
/** https://docs.claude.com/en/api/errors */
const anthropicTypes = [
  ...["invalid_request_error", "authentication_error", "billing_error", "permission_error", "not_found_error"],
  ...["request_too_large", "rate_limit_error", "api_error", "timeout_error", "overloaded_error"],
];

for (const [index, { expected, dialect, status, who, body }] of lines.entries()) {
  const isClass = (name: string): name is FailureClass => Object.hasOwn(failureClasses, name);
  if ((dialect !== "openai-chat" && dialect !== "anthropic-messages") || !isClass(expected)) throw new Error(who);
  const { elsewhere, health } = failureClasses[expected];

  test(`an error of ${who} with status ${status} is ${expected}`, () => {
    const failure = dialects[dialect]?.decodeError(status, body);
    expect<string | undefined>(failure && classifyStatus(status, failureSubject(failure))).toBe(expected);
  });

  test(`an error of ${who} with status ${status} is told to the client`, async () => {
    for (const way of waysOf(index)) {
      const { ask, asked } = await startWith(dialect, way, ["p"], () => ({ status, body }));
      const { client, record, response, text } = await ask();
      expect([asked, record?.attempts[0]?.errorClass]).toEqual([["p"], expected]);
      expect([response.status, response.headers.errorCode]).toEqual(toldFor(expected, status));
      const error = errorIn(text);
      expect(String(error.message).length).toBeGreaterThan(3);
      if (client === "anthropic-messages") expect(anthropicTypes).toContain(String(error.type));
      else expect(typeof error.type).toBe("string");
      const isFinal = (final.includes(expected) || status === 413) && status !== 409;
      if (isFinal) expect(response.headers.shouldRetry).toBe(false);
      else expect(response.headers.shouldRetry).not.toBe(true);
    }
  });

  test(`an error of ${who} with status ${status}: who is asked next, and who is held back`, async () => {
    for (const way of waysOf(index)) {
      const { ask, asked } = await startWith(dialect, way, ["p", "q"], () => ({ status, body }));
      const { record } = await ask();
      const isElsewhere = elsewhere !== "nowhere";
      expect([asked.join(), record?.outcome]).toEqual(isElsewhere ? ["p,q", "ok"] : ["p", "error"]);
      asked.length = 0;
      await ask();
      const isHeld = health === "hold-key" || health === "hold-target";
      expect(asked.join()).toBe(isHeld ? "q" : isElsewhere ? "p,q" : "p");
    }
  });

  const json = tryParseJson(body);
  if (isObject(json) && isObject(json.error))
    test(`an error of ${who} inside a stream with status 200 is what it says`, async () => {
      const failure = dialects[dialect]?.decodeError(200, body);
      const said = failure && classifyStatus(impliedStatus(failure), failureSubject(failure));
      const event = dialect === "openai-chat" ? `data: ${body}\n\n` : `event: error\ndata: ${body}\n\n`;
      const sent = { status: 200, body: event };
      const way = { stream: true, isTranslated: index % 2 === 0 };
      const { ask, asked } = await startWith(dialect, way, ["p", "q"], () => sent);
      const { record } = await ask();
      expect<string | undefined>(record?.attempts[0]?.errorClass).toBe(said);
      expect(asked.join()).toBe(said && failureClasses[said].elsewhere === "nowhere" ? "p" : "p,q");
    });
}

function toldFor(expected: FailureClass, status: number): (string | number | undefined)[] {
  if (expected === "key-refused" && status !== 429) return [502, "provider_keys_exhausted"];
  if (expected === "rate-limited" && status !== 413) return [429, "upstream_error"];
  return [kept.includes(status) ? status : 502, "upstream_error"];
}

function errorIn(text: string) {
  const json = tryParseJson(text.startsWith("{") ? text : (parseEvents(text).at(-1)?.data ?? ""));
  return isObject(json) && isObject(json.error) ? json.error : {};
}

type Sent = { readonly status: number; readonly body: string };

/** A gateway with these providers, of which all but `q` say what is given. */
async function startWith(
  dialect: "openai-chat" | "anthropic-messages",
  { stream, isTranslated }: Way,
  providers: readonly string[],
  saying: () => Sent,
) {
  const governance = scratchGovernance();
  cleanups.push(governance.remove);
  const { journal, ledger, records } = governance;
  const asked: string[] = [];
  const targets = providers.map((id) => {
    const made = target(id, "m");
    return { ...made, provider: { ...made.provider, baseUrl: `http://${id}.test` }, dialect: spoken(dialect) };
  });
  const snapshot = snapshotLeadingTo(targets, governance.key());
  const upstream = async ({ url, streams = false }: { readonly url: string; readonly streams?: boolean }) => {
    const id = new URL(url).hostname.slice(0, 1);
    asked.push(id);
    const { status, body } = id === "q" ? sentBy(dialect, { usage: { input: 1, output: 1 } }, streams) : saying();
    return answerOfPieces(status, new Headers(), [body]);
  };
  const infer = scratchPipeline({ ledger, journal, snapshot: () => snapshot, upstream, sleep: async () => undefined });
  const other = dialect === "openai-chat" ? "anthropic-messages" : "openai-chat";
  const client = isTranslated ? other : dialect;
  const ask = async () => {
    const change = { secret: () => scratchSecret, ...(client === "anthropic-messages" && anthropicMessages) };
    const question = { model: "m", max_tokens: 9, stream, messages: [{ role: "user", content: "hi" }] };
    const response = await infer(inferenceWith(question, change));
    const text = await textOf(response);
    return { client, record: records.at(-1), response, text };
  };
  return { ask, asked };
}
