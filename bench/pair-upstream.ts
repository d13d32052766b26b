/** An upstream of its own process: `POST` answers with a stream in the dialect of the path, an event every few milliseconds. Prints its port. */
import { dialectOfPath, streamType } from "./pair-table.ts";
import { pairDialects, providerStream } from "./provider-streams.ts";

const [, , words = "200", everyMs = "5"] = process.argv;
const streams = new Map(pairDialects.map((dialect) => [dialect, providerStream(dialect, Number(words))] as const));

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 0,
  fetch: async (request) => {
    const dialect = dialectOfPath(new URL(request.url).pathname);
    await request.arrayBuffer();
    const chunks = streams.get(dialect) ?? [];
    const body = new ReadableStream({
      type: "direct",
      pull: async (controller) => {
        for (const chunk of chunks) {
          controller.write(chunk);
          controller.flush();
          await Bun.sleep(Number(everyMs));
        }
        controller.close();
      },
    });
    return new Response(body, { headers: { "content-type": streamType(dialect) } });
  },
});
process.stdout.write(`${server.port}\n`);
