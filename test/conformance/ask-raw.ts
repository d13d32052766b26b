import { bodyOf, clientPath, type Dialect, providerOf } from "./pairs.ts";
import { payloadsOf, type Recording } from "./recordings.ts";
import { type Manner, modelFor } from "./replay-server.ts";
import type { Replay } from "./start-replay.ts";

export type RawAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly body: string;
};

/** Asks for a recording and gives the bytes that the gateway sent, and as text. */
export async function askRaw(
  { gateway }: Replay,
  client: Dialect,
  recording: Recording,
  manner: Manner,
  more: object = usageAsked(client, recording),
): Promise<RawAnswer> {
  const stream = recording.form === "stream";
  const model = `${providerOf[recording.dialect]}/${modelFor(recording.id, manner)}`;
  // All requests for a recording are as long, for what is estimated is estimated by that.
  const namesModel = "model" in bodyOf(client, model, "", stream);
  const text = "hello".padEnd(namesModel ? 20 - manner.length : 5);
  const body = { ...bodyOf(client, model, text, stream), ...more };
  const response = await gateway.post(clientPath(client, model, stream), body);
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes, body: bytes.toString() };
}

function usageAsked(client: Dialect, { form }: Recording): object {
  return client === "openai-chat" && form === "stream" ? { stream_options: { include_usage: true } } : {};
}

/** Without what differs from one answer to the next: keep-alives, our id, the manner in the model's name, the time of day. */
export function comparable({ headers, bytes }: RawAnswer, client: Dialect): string {
  const id = headers.get("x-headgate-id") ?? "-";
  return textOf(bytes, client, headers)
    .replaceAll(keepAlives, "")
    .replaceAll(id, "ID")
    .replaceAll(/"(created|created_at|completed_at)":\d+/g, '"$1":0')
    .replaceAll(/~(whole|bytes|cut-\d+)"/g, '"');
}

/** Frames by what they hold: their checksums follow from it. */
function textOf(bytes: Buffer, client: Dialect, headers: Headers): string {
  if (headers.get("content-type") !== "application/vnd.amazon.eventstream") return bytes.toString();
  return JSON.stringify(payloadsOf(client, bytes));
}

/** They come by the clock: more of them where the machine is busy. */
const keepAlives = /^(: ping\n|event: ping\ndata: \{"type": ?"ping"\}\n\n)/gm;
