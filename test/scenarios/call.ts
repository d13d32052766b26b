import { pick } from "../harness/pick.ts";
import { readSse } from "../harness/read-sse.ts";
import type { Dialect, Form } from "./scenario.ts";

export type Call = {
  readonly url: string;
  readonly secret: string;
  readonly dialect: Dialect;
  readonly form: Form;
  readonly model: string;
  readonly content: string;
  readonly maxTokens: number;
  readonly requestId: string;
  readonly leaveAfterMs?: number;
  readonly leaveAfterEvents?: number;
  readonly signal?: AbortSignal;
};

/** What a client got. */
export type Got = {
  /** Absent when it left before the headers. */
  readonly status: number | undefined;
  readonly headers: { readonly [name: string]: string };
  /** Of a whole answer or of a stream's text events. */
  readonly text: string;
  /** Everything that came, for what must not be in it. */
  readonly raw: string;
  /** The terminal event came, or the whole answer. */
  readonly complete: boolean;
  /** An error body, or an error event. */
  readonly error: { readonly message: string; readonly code: string | undefined } | undefined;
  readonly ms: number;
  readonly leftAtMs: number | undefined;
};

const paths: { readonly [D in Dialect]: string } = {
  "openai-chat": "/v1/chat/completions",
  "anthropic-messages": "/v1/messages",
};

/** Sends one request and reads what comes, to its end or until the client leaves. */
export async function call(given: Call): Promise<Got> {
  const leaving = new AbortController();
  const timer = given.leaveAfterMs === undefined ? undefined : setTimeout(() => leaving.abort(), given.leaveAfterMs);
  const startedMs = Date.now();
  let seen: Partial<Got> = {};
  try {
    const response = await fetch(given.url + paths[given.dialect], {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${given.secret}`,
        "x-request-id": given.requestId,
        ...(given.dialect === "anthropic-messages" ? { "anthropic-version": "2023-06-01" } : {}),
      },
      body: JSON.stringify({
        model: given.model,
        max_tokens: given.maxTokens,
        messages: [{ role: "user", content: given.content }],
        ...(given.form === "stream" ? { stream: true } : {}),
      }),
      signal: given.signal === undefined ? leaving.signal : AbortSignal.any([leaving.signal, given.signal]),
    });
    seen = { status: response.status, headers: Object.fromEntries(response.headers) };
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    const read = isStream ? await readStream(response, given, leaving) : await readWhole(response);
    seen = { ...seen, ...read };
  } catch (error) {
    if (!leaving.signal.aborted && given.signal?.aborted !== true)
      seen = { ...seen, raw: `the connection broke: ${error}` };
  } finally {
    clearTimeout(timer);
  }
  const leftAtMs = leaving.signal.aborted ? Date.now() : undefined;
  return { ...nothing, ...seen, ms: Date.now() - startedMs, leftAtMs };
}

const nothing = { status: undefined, headers: {}, text: "", raw: "", complete: false, error: undefined } as const;

type Read = Pick<Got, "text" | "raw" | "complete" | "error">;

async function readWhole(response: Response): Promise<Read> {
  const raw = await response.text();
  const answer: unknown = tryParse(raw);
  const text = pick(answer, "choices.0.message.content") ?? pick(answer, "content.0.text");
  return { text: typeof text === "string" ? text : "", raw, complete: response.ok, error: errorIn(answer) };
}

async function readStream(response: Response, { leaveAfterEvents }: Call, leaving: AbortController): Promise<Read> {
  let text = "";
  let raw = "";
  let complete = false;
  let error: Read["error"];
  let count = 0;
  try {
    for await (const { event, data } of readSse(response)) {
      raw += `${event} ${data}\n`;
      const answer = tryParse(data);
      text += textIn(answer);
      error ??= errorIn(answer);
      complete ||= data === "[DONE]" || pick(answer, "type") === "message_stop";
      count += 1;
      if (count === leaveAfterEvents) leaving.abort();
    }
  } catch (broken) {
    raw += `the stream broke: ${broken}`;
  }
  return { text, raw, complete, error };
}

function textIn(answer: unknown): string {
  const piece = pick(answer, "choices.0.delta.content") ?? pick(answer, "delta.text");
  return typeof piece === "string" ? piece : "";
}

function errorIn(answer: unknown): Read["error"] {
  const message = pick(answer, "error.message");
  const code = pick(answer, "error.code");
  if (typeof message !== "string") return undefined;
  return { message, code: typeof code === "string" ? code : undefined };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
