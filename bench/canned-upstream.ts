import { pushChunks } from "#upstream/push-chunks";
import type { UpstreamClient } from "#upstream/upstream";
import { anthropicStream, openaiStream, type StreamParts, wholeAnswers } from "./gateway/answers.ts";

export const eventsPerStream = 100;

/** Answers at once, in the dialect of the path: whole, or with one event a chunk. */
export function cannedUpstream(): UpstreamClient {
  const chat = cannedClient(wholeAnswers["openai-chat"], openaiStream(eventsPerStream));
  const messages = cannedClient(wholeAnswers["anthropic-messages"], anthropicStream(eventsPerStream));
  return (request) => (request.url.endsWith("/messages") ? messages(request) : chat(request));
}

function cannedClient(whole: string, parts: StreamParts): UpstreamClient {
  const answer = Buffer.from(whole);
  const wholeHeaders = new Headers({ "content-type": "application/json", "content-length": String(answer.length) });
  const streamHeaders = new Headers({ "content-type": "text/event-stream" });
  return async (request) => ({
    status: 200,
    headers: request.streams === true ? streamHeaders : wholeHeaders,
    whole: () => answer,
    start: (sink) => pushChunks(chunksOf(parts), sink),
    sawToken: () => undefined,
    sawLife: () => undefined,
  });
}

function chunksOf({ start, word, end }: StreamParts): AsyncIterator<Uint8Array> {
  const first = Buffer.concat([start, word]);
  let sent = 0;
  return {
    next: async () => {
      if (sent > eventsPerStream) return { done: true, value: undefined };
      sent += 1;
      if (sent === 1) return { done: false, value: first };
      return { done: false, value: sent > eventsPerStream ? end : word };
    },
  };
}
