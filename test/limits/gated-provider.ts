/** A provider in the test's own process whose answers wait for its gate, and whose usage is what the prompt says. */
export type GatedProvider = {
  /** Without a path: both dialects are below `/v1`. */
  readonly url: string;
  /** Requests that it saw, ever. */
  seen(): number;
  /** Requests that wait at the gate. */
  waiting(): number;
  /** From now on answers wait, or those to requests with this in their body. */
  close(mark?: string): void;
  /** Lets all go that wait, and those to come. */
  open(): void;
  stop(): Promise<void>;
};

type Said = { readonly input: number; readonly output: number };

export function startGatedProvider(): GatedProvider {
  let seen = 0;
  let waiting = 0;
  let gate = Promise.withResolvers<void>();
  let held = "";
  gate.resolve();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      seen += 1;
      waiting += 1;
      const body = await request.text();
      if (body.includes(held)) await gate.promise;
      waiting -= 1;
      const messages = new URL(request.url).pathname.endsWith("/messages");
      const said = saidIn(body);
      if (!body.includes('"stream":true')) return Response.json(messages ? wholeMessage(said) : wholeChat(said));
      const events = messages ? messageEvents(said) : chatEvents(said);
      return new Response(events.join(""), { headers: { "content-type": "text/event-stream" } });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    seen: () => seen,
    waiting: () => waiting,
    close: (mark = "") => {
      held = mark;
      gate = Promise.withResolvers<void>();
    },
    open: () => gate.resolve(),
    stop: () => server.stop(true),
  };
}

function saidIn(body: string): Said {
  const [, input = "1", output = "1"] = /\[\[usage:(\d+),(\d+)\]\]/.exec(body) ?? [];
  return { input: Number(input), output: Number(output) };
}

function wholeChat(said: Said): object {
  return {
    ...chat,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: "yes" }, finish_reason: "stop" }],
    usage: chatUsage(said),
  };
}

function chatEvents(said: Said): readonly string[] {
  const chunk = (choices: readonly object[], usage: object | null = null) =>
    `data: ${JSON.stringify({ ...chat, object: "chat.completion.chunk", choices, usage })}\n\n`;
  return [
    chunk([{ index: 0, delta: { role: "assistant", content: "yes" }, finish_reason: null }]),
    chunk([{ index: 0, delta: {}, finish_reason: "stop" }]),
    chunk([], chatUsage(said)),
    "data: [DONE]\n\n",
  ];
}

const chat = { id: "chatcmpl-gated", created: 1_780_000_000, model: "fake" };

function chatUsage({ input, output }: Said): object {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function wholeMessage({ input, output }: Said): object {
  return {
    ...message,
    content: [{ type: "text", text: "yes" }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: input, output_tokens: output },
  };
}

function messageEvents({ input, output }: Said): readonly string[] {
  const event = (data: { readonly type: string; readonly [field: string]: unknown }) =>
    `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  const start = { ...message, content: [], stop_reason: null, usage: { input_tokens: input, output_tokens: 1 } };
  return [
    event({ type: "message_start", message: start }),
    event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "yes" } }),
    event({ type: "content_block_stop", index: 0 }),
    event({
      type: "message_delta",
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: output },
    }),
    event({ type: "message_stop" }),
  ];
}

const message = { id: "msg_gated", type: "message", role: "assistant", model: "fake" };
