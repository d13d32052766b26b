// The page while it is worked on: `bun dashboard/dev.ts [--gateway URL] [--port 5173]` builds it at each change and serves
// it as the gateway would (same policy), with /api passed on to a gateway that runs.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { gateway: { type: "string", default: "http://127.0.0.1:8080" }, port: { type: "string", default: "5173" } },
});
const output = mkdtempSync(join(tmpdir(), "headgate-dashboard-"));
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self'; frame-ancestors 'none'";

build();
watch(join(import.meta.dir, "src"), { recursive: true }, soon(build, 100));
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(values.port),
  idleTimeout: 255,
  fetch: (request) => (new URL(request.url).pathname.startsWith("/ui") ? page(request) : passOn(request)),
});
process.stdout.write(`${server.url}ui/, with the API of ${values.gateway}\n`);

function build(): void {
  spawnSync(process.execPath, [join(import.meta.dir, "build.ts"), output], { stdio: "inherit" });
}

function page(request: Request): Response {
  const file = normalize(join(output, new URL(request.url).pathname.slice("/ui".length)));
  const isAsset = file.startsWith(join(output, "assets")) && existsSync(file);
  return new Response(Bun.file(isAsset ? file : join(output, "index.html")), {
    headers: { "content-security-policy": policy, "cache-control": "no-store" },
  });
}

/** The gateway takes changes from its own origin alone, so the request is made as if it came from there. */
async function passOn(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const target = new URL(pathname + search, values.gateway);
  const headers = new Headers(request.headers);
  headers.set("host", target.host);
  if (headers.has("origin")) headers.set("origin", target.origin);
  return await fetch(target, { method: request.method, headers, body: request.body, redirect: "manual" });
}

function soon(run: () => void, ms: number): () => void {
  let timer: Timer | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, ms);
  };
}
