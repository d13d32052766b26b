import { clientPath, providerOf } from "./pairs.ts";
import type { Dialect, Recording } from "./recordings.ts";
import { type Manner, modelFor } from "./replay-server.ts";
import type { Replay } from "./start-replay.ts";

export type RawAnswer = { readonly status: number; readonly headers: Headers; readonly body: string };

/** Asks for a recording and gives the bytes that the gateway sent, as text. */
export async function askRaw(
  { gateway }: Replay,
  client: Dialect,
  recording: Recording,
  manner: Manner,
  more: object = usageAsked(client, recording),
): Promise<RawAnswer> {
  const response = await gateway.post(clientPath[client], {
    model: `${providerOf[recording.dialect]}/${modelFor(recording.id, manner)}`,
    max_tokens: 1000,
    // All requests for a recording are as long, for what is estimated is estimated by that.
    messages: [{ role: "user", content: "hello".padEnd(20 - manner.length) }],
    ...(recording.form === "stream" && { stream: true }),
    ...more,
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

function usageAsked(client: Dialect, { form }: Recording): object {
  return client === "openai-chat" && form === "stream" ? { stream_options: { include_usage: true } } : {};
}

/** Without what differs from one answer to the next: keep-alives, our id, the manner in the model's name, the time of day. */
export function comparable({ headers, body }: RawAnswer): string {
  const id = headers.get("x-headgate-id") ?? "-";
  return body
    .replaceAll(keepAlives, "")
    .replaceAll(id, "ID")
    .replaceAll(/"created":\d+/g, '"created":0')
    .replaceAll(/~(whole|bytes|cut-\d+)"/g, '"');
}

/** They come by the clock: more of them where the machine is busy. */
const keepAlives = /^(: ping\n|event: ping\ndata: \{"type": ?"ping"\}\n\n)/gm;
