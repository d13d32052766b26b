import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask, startPair } from "../e2e/start-pair.ts";
import { type Child, spawnChild } from "../harness/child.ts";
import { freePort } from "../harness/free-port.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { deployFile } from "./deploy-files.ts";
import { runTool } from "./run-tool.ts";

const pair = await startPair();
const scratch = mkdtempSync(join(tmpdir(), "headgate-proxies-"));
const [certificate, key] = [join(scratch, "fullchain.pem"), join(scratch, "key.pem")];

beforeAll(async () => {
  const names = ["-subj", "/CN=ai.example.com", "-addext", "subjectAltName=DNS:ai.example.com"];
  runTool(
    "openssl",
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    ...names,
    "-keyout",
    key,
    "-out",
    certificate,
  );
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

type Proxy = { readonly program: string; readonly start: (port: number) => Child };

const proxies: readonly Proxy[] = [
  {
    program: "nginx",
    start: (port) => {
      const site = deployFile("nginx/headgate.conf")
        .replace("127.0.0.1:8080", `127.0.0.1:${pair.gateway.port}`)
        .replace("listen 443 ssl", `listen 127.0.0.1:${port} ssl`)
        .replace("/etc/ssl/headgate/fullchain.pem", certificate)
        .replace("/etc/ssl/headgate/key.pem", key);
      const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (name) => `${name}_temp_path ${scratch}/${name};`,
      );
      const file = join(scratch, "nginx.conf");
      writeFileSync(
        file,
        `daemon off; master_process off; error_log stderr; pid ${scratch}/nginx.pid; events {} http { access_log off; ${places.join(" ")}\n${site}\n}`,
      );
      runTool("nginx", "-t", "-q", "-p", scratch, "-c", file);
      return spawnChild(["nginx", "-p", scratch, "-c", file], { name: "nginx" });
    },
  },
  {
    program: "caddy",
    start: (port) => {
      const site = deployFile("caddy/Caddyfile")
        .replace("127.0.0.1:8080", `127.0.0.1:${pair.gateway.port}`)
        .replace("ai.example.com {", `https://ai.example.com:${port} {\n\ttls ${certificate} ${key}\n\tbind 127.0.0.1`);
      const file = join(scratch, "Caddyfile");
      writeFileSync(file, `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${site}`);
      const env = { PATH: process.env.PATH, HOME: scratch, XDG_DATA_HOME: scratch, XDG_CONFIG_HOME: scratch };
      return spawnChild(["caddy", "run", "--adapter", "caddyfile", "--config", file], { name: "caddy", env });
    },
  },
];

for (const { program, start } of proxies) {
  const there = Bun.which(program) !== null;
  if (!there) process.stdout.write(`${program} is not here: the test of its configuration is skipped\n`);

  test.skipIf(!there)(`${program} passes each event of a stream on as it comes, and an abort back`, async () => {
    const port = await freePort();
    const proxy = start(port);
    try {
      await waitUntil(`${program} to pass a request on`, () => passes(port), 10_000);
      await pair.provider.script({ answer: { kind: "default", cutAfter: 6, ending: "stall" } });
      const before = (await pair.provider.log()).at(-1)?.id ?? 0;
      const gone = new AbortController();
      const response = await send(port, "oai/fake-gpt", { stream: true }, "", gone.signal);
      expect(response.status).toBe(200);
      const reader = response.body?.getReader();
      let text = "";
      // The provider says no more than its first events, and never ends: what comes here was not waited for.
      while (!text.includes("word0")) text += Buffer.from((await reader?.read())?.value ?? []).toString();
      gone.abort();
      expect((await pair.aborted(before)).abortedAtMs).toBeGreaterThan(0);
    } finally {
      await proxy.stop("SIGTERM", 3000);
    }
  });

  test.skipIf(!there)(
    `${program} passes whole answers, refusals and headers, and leaves bodies that are too large to Headgate`,
    async () => {
      const port = await freePort();
      const proxy = start(port);
      try {
        await waitUntil(`${program} to pass a request on`, () => passes(port), 10_000);
        const whole = await send(port, "oai/fake-gpt", {});
        expect([whole.status, whole.headers.get("x-headgate-attempts")]).toEqual([200, "1"]);
        const tooLarge = await send(port, "oai/fake-gpt", {}, "x".repeat(34_000_000));
        expect([tooLarge.status, tooLarge.headers.get("x-headgate-error")]).toEqual([413, "body_too_large"]);
        const refused = await send(port, "none/such", {});
        expect([refused.status, refused.headers.get("x-headgate-error")]).toEqual([404, "model_not_found"]);
      } finally {
        await proxy.stop("SIGTERM", 3000);
      }
    },
  );
}

function send(port: number, model: string, more: object, text = "", signal?: AbortSignal): Promise<Response> {
  return fetch(`https://127.0.0.1:${port}/v1/chat/completions`, {
    method: "POST",
    headers: {
      host: "ai.example.com",
      authorization: `Bearer ${pair.gateway.key}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(ask(model, `[[words:50]]${text}`, more)),
    tls: { rejectUnauthorized: false, serverName: "ai.example.com" },
    signal: signal ?? null,
  });
}

async function passes(port: number): Promise<boolean> {
  const url = `https://127.0.0.1:${port}/healthz`;
  const tls = { rejectUnauthorized: false, serverName: "ai.example.com" };
  return fetch(url, { tls, headers: { host: "ai.example.com" } }).then(
    ({ ok }) => ok,
    () => false,
  );
}
