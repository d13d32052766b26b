import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { brotliCompressSync, createGzip, gzipSync, zstdCompressSync } from "node:zlib";
import { freePort } from "../harness/free-port.ts";

/** A provider that compresses whatever it says, on 127.0.0.1 and on ::1. */
export async function startZippingProvider(): Promise<{ readonly port: number; readonly stop: () => void }> {
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    request.on("data", (bytes) => {
      body += bytes;
    });
    request.on("end", () => answerZipped(body, response));
  };
  const port = await freePort();
  const servers = ["127.0.0.1", "::1"].map((host) => createServer(answer).listen(port, host));
  return {
    port,
    stop: () => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

function answerZipped(body: string, response: ServerResponse): void {
  const choice = { index: 0, message: { role: "assistant", content: "unzipped" }, finish_reason: "stop" };
  const whole = JSON.stringify({ id: "x", object: "chat.completion", created: 1, model: "m", choices: [choice] });
  const end = (coding: string, bytes: Uint8Array, status = 200) =>
    response.writeHead(status, { "content-type": "application/json", "content-encoding": coding }).end(bytes);
  if (body.includes('"stream":true')) streamZipped(response);
  else if (body.includes("br")) end("br", brotliCompressSync(whole));
  else if (body.includes("zstd")) end("zstd", zstdCompressSync(whole));
  else if (body.includes("error")) end("gzip", gzipSync('{"error":{"message":"unzipped words"}}'), 400);
  else if (body.includes("bomb")) end("gzip", gzipSync(Buffer.alloc(80_000_000, 32)));
  else end("gzip", gzipSync(whole));
}

function streamZipped(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" });
  const zip = createGzip();
  zip.pipe(response);
  const say = (content: string, finish: string | null) => {
    const chunk = { id: "x", object: "chat.completion.chunk", created: 1, model: "m" };
    zip.write(
      `data: ${JSON.stringify({ ...chunk, choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`,
    );
    zip.flush();
  };
  say("one", null);
  setTimeout(() => {
    say("two", "stop");
    zip.end("data: [DONE]\n\n");
  }, 200);
}
