import { anthropicStream, openaiStream, wholeAnswers } from "../gateway/answers.ts";

export type LockStepUpstream = {
  readonly url: string;
  /** Sends the next event of the stream that runs, or its end after so many. */
  readonly next: () => void;
  readonly stop: () => void;
};

/**
 * Answers in the dialect of the path: whole at once; a stream goes on only when it is told to, so that no two events are
 * read together.
 */
export function startLockStepUpstream(events: number): LockStepUpstream {
  const streams = { "openai-chat": openaiStream(events), "anthropic-messages": anthropicStream(events) };
  let send: (() => void) | undefined;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch: async (request) => {
      const dialect = request.url.endsWith("/messages") ? "anthropic-messages" : "openai-chat";
      const parts = streams[dialect];
      if (!(await request.text()).includes('"stream":true'))
        return new Response(wholeAnswers[dialect], { headers: { "content-type": "application/json" } });
      const body = new ReadableStream({
        type: "direct",
        pull: (controller) =>
          new Promise<void>((resolve) => {
            let sent = 0;
            send = () => {
              controller.write(sent < events ? parts.word : parts.end);
              controller.flush();
              if (sent++ < events) return;
              controller.close();
              resolve();
            };
            controller.write(parts.start);
            send();
          }),
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, next: () => send?.(), stop: () => void server.stop(true) };
}
