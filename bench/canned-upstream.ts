import { pushChunks } from "#upstream/push-chunks";
import type { UpstreamClient } from "#upstream/upstream";
import { openaiStream, wholeAnswers } from "./gateway/answers.ts";

export const eventsPerStream = 100;

/** Answers at once: whole, or with one event a chunk. */
export function cannedUpstream(): UpstreamClient {
  const answer = Buffer.from(wholeAnswers["openai-chat"]);
  const wholeHeaders = new Headers({ "content-type": "application/json", "content-length": String(answer.length) });
  const streamHeaders = new Headers({ "content-type": "text/event-stream" });
  const { word, end } = openaiStream(eventsPerStream);
  return async (request) => ({
    status: 200,
    headers: request.streams === true ? streamHeaders : wholeHeaders,
    whole: async () => answer,
    start: (sink) => pushChunks(chunksOf(word, end), sink),
    sawToken: () => undefined,
    sawLife: () => undefined,
  });
}

function chunksOf(word: Uint8Array, end: Uint8Array): AsyncIterator<Uint8Array> {
  let sent = 0;
  return {
    next: async () => {
      if (sent > eventsPerStream) return { done: true, value: undefined };
      sent += 1;
      return { done: false, value: sent > eventsPerStream ? end : word };
    },
  };
}
