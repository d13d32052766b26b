import { type ChatAnswer, noAnswer, withEvent } from "#lib/chat-answer";
import { isObject, textOf } from "#lib/json";
import { readSse } from "#lib/read-sse";

/** A request to a model as it runs. Times are milliseconds from when it was sent. */
export type ChatRun = {
  readonly state: "running" | "done" | "stopped" | "failed";
  readonly answer: ChatAnswer;
  readonly ms: number;
  readonly firstTokenMs?: number;
  /** Of its record, by which it is found among the requests. */
  readonly recordId?: string;
  /** Who served, `provider/model`. */
  readonly servedBy?: string;
  readonly status?: number;
  /** Why it failed. */
  readonly problem?: string;
};

export const newRun: ChatRun = { state: "running", answer: noAnswer, ms: 0 };

type Input = {
  /** Of a virtual key, or lent by one: the session's cookie opens no model. */
  readonly token: string;
  /** A chat completion; it is streamed, with its usage. */
  readonly body: object;
  readonly signal: AbortSignal;
  /** Hears of the run as it goes on, its end included. */
  readonly onProgress: (run: ChatRun) => void;
};

/** Asks a model by `/v1/chat/completions` and never throws: the run says how it went. */
export async function streamChat({ token, body, signal, onProgress }: Input): Promise<ChatRun> {
  const startMs = performance.now();
  let run = newRun;
  const go = (change: Partial<ChatRun>) => {
    run = { ...run, ...change, ms: performance.now() - startMs };
    onProgress(run);
  };
  try {
    const response = await ask(token, body, signal);
    go(factsOf(response.headers, response.status));
    if (!response.ok || response.body === null) {
      go({ state: "failed", problem: await problemOf(response) });
      return run;
    }
    for await (const data of readSse(response.body)) {
      const answer = withEvent(run.answer, data);
      const isFirst = run.firstTokenMs === undefined && sizeOf(answer) > 0;
      go({ answer, ...(isFirst && { firstTokenMs: performance.now() - startMs }) });
    }
    const { error } = run.answer;
    go(error === undefined ? { state: "done" } : { state: "failed", problem: error });
  } catch (error) {
    go(signal.aborted ? { state: "stopped" } : { state: "failed", problem: unreachableText(error) });
  }
  return run;
}

/** A burst that was over in less says nothing of a model's speed. */
const leastSeconds = 0.05;

/** Tokens of the answer a second, from the first of them on; undefined where that says nothing. */
export function speedOf({ answer, ms, firstTokenMs }: ChatRun): number | undefined {
  const seconds = (ms - (firstTokenMs ?? ms)) / 1000;
  return answer.usage === undefined || seconds < leastSeconds ? undefined : answer.usage.output / seconds;
}

/** The body as it is sent: streamed, with its usage at the end. */
export function streamed(body: object): object {
  return { ...body, stream: true, stream_options: { include_usage: true } };
}

function ask(token: string, body: object, signal: AbortSignal): Promise<Response> {
  return fetch("/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    credentials: "omit",
    cache: "no-store",
    body: JSON.stringify(streamed(body)),
    signal,
  });
}

function factsOf(headers: Headers, status: number): Partial<ChatRun> {
  const [id, provider, model] = ["id", "provider", "model"].map((name) => headers.get(`x-headgate-${name}`));
  const served = typeof provider === "string" && typeof model === "string" ? `${provider}/${model}` : undefined;
  return {
    status,
    ...(typeof id === "string" && { recordId: id }),
    ...(served !== undefined && { servedBy: served }),
  };
}

async function problemOf(response: Response): Promise<string> {
  const document: unknown = await response.json().catch(() => undefined);
  const error = isObject(document) && isObject(document.error) ? document.error : {};
  const told = textOf(error.message);
  if (told !== undefined) return told;
  if (response.status === 404)
    return "This address serves the dashboard alone (--admin-listen), and a page may ask only where it came from: to try models, serve the dashboard on the gateway's own port";
  return `The gateway answered with status ${response.status}`;
}

function sizeOf({ text, reasoning, calls }: ChatAnswer): number {
  return text.length + reasoning.length + calls.length;
}

function unreachableText(error: unknown): string {
  return `The gateway cannot be reached, or broke off${error instanceof Error ? ` (${error.message})` : ""}`;
}
