import { type ChatAnswer, noAnswer, withEvent } from "#lib/chat-answer";
import { readSse } from "#lib/read-sse";
import { ApiProblem, problemFrom } from "./problem";

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
  /** Sends a chat completion whose body is `streamed`. */
  readonly ask: (onSend: () => void) => Promise<Response>;
  readonly signal: AbortSignal;
  /** Hears of the run as it goes on, its end included. */
  readonly onProgress: (run: ChatRun) => void;
};

/** Follows the answer of a model and never throws: the run says how it went. */
export async function streamChat({ ask, signal, onProgress }: Input): Promise<ChatRun> {
  let startMs = performance.now();
  let run = newRun;
  const go = (change: Partial<ChatRun>) => {
    run = { ...run, ...change, ms: performance.now() - startMs };
    onProgress(run);
  };
  try {
    const response = await ask(() => {
      startMs = performance.now();
    });
    go(factsOf(response.headers, response.status));
    if (!response.ok || response.body === null) {
      go({ state: "failed", problem: (await problemFrom(response)).message });
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
    go(signal.aborted ? { state: "stopped" } : { state: "failed", problem: textOfFailure(error) });
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

function factsOf(headers: Headers, status: number): Partial<ChatRun> {
  const [id, provider, model] = ["id", "provider", "model"].map((name) => headers.get(`x-headgate-${name}`));
  const served = typeof provider === "string" && typeof model === "string" ? `${provider}/${model}` : undefined;
  return {
    status,
    ...(typeof id === "string" && { recordId: id }),
    ...(served !== undefined && { servedBy: served }),
  };
}

function sizeOf({ text, reasoning, calls }: ChatAnswer): number {
  return text.length + reasoning.length + calls.length;
}

function textOfFailure(error: unknown): string {
  if (error instanceof ApiProblem) return error.message;
  return `The answer broke off${error instanceof Error ? ` (${error.message})` : ""}`;
}
