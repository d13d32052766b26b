import { tryParseJson } from "#lib/json";
import type { SseEvent } from "#lib/sse";
import type { SseParser } from "#lib/sse-parser";
import type { UpstreamResponse } from "#upstream/upstream";
import type { Frame, StreamRelay } from "./frame";

/** A stream whose first token (or end) has come: from here on the answer is the client's. */
export type OpenedStream = {
  /** Everything up to and including the first token. */
  readonly head: readonly Frame[];
  /** One batch of frames per chunk of the provider. Throws GatewayError when the body is cut or a timer fires. */
  readonly rest: AsyncIterator<readonly Frame[]>;
  readonly relay: StreamRelay;
};

/** More than this before the first token is sent on without waiting for it. */
const maxHeadBytes = 64 * 1024;

const newline = 10;

/**
 * Reads until the first token, so that a provider that fails before it can be replaced unseen. A provider's error
 * event before it leaves `relay.facts().error` set.
 */
export async function openStream(
  response: UpstreamResponse,
  parser: SseParser,
  relay: StreamRelay,
): Promise<OpenedStream> {
  const rest = framesOf(response, parser, relay);
  const head: Frame[] = [];
  let bytes = 0;
  for (;;) {
    const next = await rest.next();
    if (next.done === true) break;
    head.push(...next.value);
    for (const frame of next.value) bytes += frame.bytes?.length ?? 0;
    if (next.value.some((frame) => frame.token)) response.sawToken();
    if (next.value.some((frame) => frame.token || frame.terminal) || bytes > maxHeadBytes) break;
    if (relay.facts().error !== undefined) break;
  }
  return { head, rest, relay };
}

async function* framesOf(
  response: UpstreamResponse,
  parser: SseParser,
  relay: StreamRelay,
): AsyncGenerator<readonly Frame[]> {
  for await (const chunk of response.chunks) {
    const events = parser.push(chunk);
    if (events.length > 0) yield framesFor(events, relay);
  }
  const last = parser.end();
  if (!parser.endedMidEvent()) {
    if (last.length > 0) yield framesFor(last, relay);
    return;
  }
  // An event that the end of the body cut off is no event, unless it lacks its blank line alone.
  const whole = last.filter(({ data }) => tryParseJson(data) !== undefined).map(withBlankLine);
  if (whole.length > 0) yield framesFor(whole, relay);
}

function withBlankLine(event: SseEvent): SseEvent {
  const missing = event.raw.at(-1) === newline ? "\n" : "\n\n";
  return { ...event, raw: Buffer.concat([event.raw, Buffer.from(missing)]) };
}

/** The provider's own error event is no frame: the pipeline words it for the client. */
function framesFor(events: readonly SseEvent[], relay: StreamRelay): readonly Frame[] {
  const frames = events.map(relay.push);
  return relay.facts().error === undefined ? frames : frames.slice(0, -1);
}
