import { startFakeServer } from "./fake-server.ts";

// A process of its own: prints its port as one JSON line, and ends with the process that started it.
const server = startFakeServer(Number(Bun.argv[2] ?? 0));
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`);
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
