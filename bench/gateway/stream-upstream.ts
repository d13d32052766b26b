/**
 * An upstream of its own process for the streaming rows: sends chat completion chunks one `write` each, `intervalMs`
 * apart, whatever is posted to it. Prints its port. GET gives how many connections (by their ports) posted so far.
 * Arguments: events, intervalMs.
 */
const [events = 100, intervalMs = 5] = process.argv.slice(2).map(Number);
const chunk = (delta: object, finish: string | null) =>
  `data: ${JSON.stringify({ id: "chatcmpl-bench", object: "chat.completion.chunk", created: 1, model: "bench", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const word = Buffer.from(chunk({ content: " benchmark" }, null));
const usage = { prompt_tokens: 10, completion_tokens: events, total_tokens: events + 10 };
const ending = Buffer.from(
  `${chunk({}, "stop")}data: ${JSON.stringify({ id: "chatcmpl-bench", object: "chat.completion.chunk", created: 1, model: "bench", choices: [], usage })}\n\ndata: [DONE]\n\n`,
);

const peers = new Set<number>();

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 0,
  fetch: async (request, listener) => {
    if (request.method === "GET") return new Response(String(peers.size));
    const peer = listener.requestIP(request);
    if (peer !== null) peers.add(peer.port);
    await request.arrayBuffer();
    const body = new ReadableStream({
      type: "direct",
      async pull(controller) {
        for (let sent = 0; sent < events; sent++) {
          controller.write(word);
          await controller.flush();
          await Bun.sleep(intervalMs);
        }
        controller.write(ending);
        await controller.flush();
        controller.close();
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  },
});
process.stdout.write(`${server.port}\n`);

export {};
