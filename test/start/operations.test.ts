import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { arrayOf, isObject, type JsonObject, tryParseJson } from "#lib/json";
import { pick } from "../harness/pick.ts";
import { temporaryDirectory, until } from "../supervisor/started";
import { type Running, startGateway } from "./running";

async function records(gateway: Running): Promise<readonly JsonObject[]> {
  const answer = tryParseJson(await (await gateway.api("GET", "/api/logs?limit=1000")).text());
  return isObject(answer) ? arrayOf(answer, "data").filter(isObject) : [];
}

function ask(gateway: Running, key: string): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "demo/echo", messages: [{ role: "user", content: "hi" }] }),
    tls: { rejectUnauthorized: false },
  });
}

test("keys create takes what a virtual key can have; logs search and tail show what was asked with it", async () => {
  await using gateway = await startGateway();
  const flags = ["--name", "ci", "--team", "search", "--tags", "use=tests, on=ci", "--blocked", "openai/*"];
  const key = gateway.command("keys", "create", ...flags, "--endpoints", "chat.*").out.trim();
  const shown: unknown = await (await gateway.api("GET", "/api/virtual-keys/ci")).json();
  expect(shown).toMatchObject({
    team: "search",
    tags: { use: "tests", on: "ci" },
    blocked: ["openai/*"],
    endpoints: ["chat.*"],
  });
  expect(gateway.command("keys", "create", "--tags", "oops").error).toContain("needs LABEL=VALUE pairs");
  for (let request = 0; request < 3; request++) expect((await ask(gateway, key)).status).toBe(200);
  await until(async () => (await records(gateway)).length === 3);
  const found = gateway.command("logs", "search", "--from", "2020-01-01", "--limit", "2").out.trim().split("\n");
  expect(found.map((line) => tryParseJson(line))).toMatchObject([{ key_name: "ci" }, { tags: { use: "tests" } }]);
  expect(gateway.command("logs", "search", "--to", "2020-01-01").out).toBe("");
  expect(gateway.command("logs", "search", "--from", "soon").error).toContain('"from" must be a time');
  expect(gateway.command("logs").error).toContain("one of search, tail is needed");
});

test("what was answered while the log store took nothing is in it after a stop and the next start", async () => {
  using directory = temporaryDirectory();
  const data = join(directory.path, "data");
  const asked = 300;
  const ids = new Set<string>();
  {
    await using gateway = await startGateway([], {}, data);
    const key = gateway.command("keys", "create").out.trim();
    using store = new Database(join(data, "logs.sqlite"));
    store.run("BEGIN IMMEDIATE");
    const answers = await Promise.all(Array.from({ length: asked }, () => ask(gateway, key)));
    for (const answer of answers) ids.add(answer.headers.get("x-headgate-id") ?? "");
    gateway.process.kill("SIGTERM");
    expect(await gateway.process.exited).toBe(0);
  }
  await using again = await startGateway([], {}, data);
  await until(async () => (await records(again)).filter(({ id }) => ids.has(`${id}`)).length === asked);
  const open = readdirSync(data).filter((name) => (statSync(join(data, name)).mode & 0o077) !== 0);
  expect(open).toEqual([]);
});

test("SIGHUP takes a new file, or keeps the old one and says why, in one line of the log", async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, "headgate.yaml");
  const secret = "hg-a-key-for-this-test";
  const config = `providers: { demo: {} }\nvirtual_keys: [{ name: a, value: ${secret} }]\n`;
  writeFileSync(file, config);
  await using gateway = await startGateway(["--config", file]);
  let output = "";
  void (async () => {
    for await (const bytes of gateway.process.stderr) output += Buffer.from(bytes).toString();
  })();
  const linesWith = (text: string) => output.split("\n").filter((line) => line.includes(text));

  writeFileSync(file, `${config}rotues: []\n`);
  gateway.process.kill("SIGHUP");
  await until(() => linesWith("stays in force").length > 0);
  expect(linesWith("stays in force")[0]).toContain(`${file}:3:1: rotues: unknown key`);
  expect((await ask(gateway, secret)).status).toBe(200);

  writeFileSync(file, config.replace("name: a,", "name: a, active: false,"));
  gateway.process.kill("SIGHUP");
  await until(async () => (await ask(gateway, secret)).status === 401);
  await until(() => linesWith("reloaded the configuration").length > 0);
  expect([linesWith("stays in force").length, linesWith("reloaded the configuration").length]).toEqual([1, 1]);
});

test("restart refuses a wrong file before it stops anything", async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, "headgate.yaml");
  writeFileSync(file, "providers: { demo: {} }\n");
  await using gateway = await startGateway(["--config", file]);
  writeFileSync(file, "rotues: []\n");
  const refused = gateway.command("restart");
  expect(refused.code).toBe(1);
  expect(refused.error).toContain('rotues: unknown key, did you mean "routes"?; the processes before it go on serving');
  expect(gateway.command("keys", "list").code).toBe(0);
  writeFileSync(file, "providers: { demo: {} }\n");
  expect(gateway.command("restart").code).toBe(0);
  expect((await gateway.api("GET", "/api/settings")).status).toBe(200);
  // A worker that drains still listens for a moment; its successor makes the instance ready all the same.
  const ready = await Promise.all(Array.from({ length: 20 }, () => gateway.api("GET", "/readyz")));
  expect(ready.map(({ status }) => status)).toEqual(ready.map(() => 200));
});

test("--tls-cert and --tls-key serve HTTPS on both ports, set by variables too", async () => {
  using directory = temporaryDirectory();
  const [cert, key] = [join(directory.path, "cert.pem"), join(directory.path, "key.pem")];
  const made = Bun.spawnSync(
    ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"].concat(
      ["-keyout", key],
      ["-out", cert],
    ),
  );
  expect(made.exitCode).toBe(0);
  const free = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const adminPort = free.port;
  free.stop(true);
  await using gateway = await startGateway(["--admin-listen", `127.0.0.1:${adminPort}`], {
    HEADGATE_TLS_CERT: cert,
    HEADGATE_TLS_KEY: key,
    HTTPS_PROXY: "http://127.0.0.1:9",
  });
  expect(gateway.url).toStartWith("https://");
  const secret = gateway.command("keys", "create").out.trim();
  expect((await ask(gateway, secret)).status).toBe(200);
  const tls = { rejectUnauthorized: false };
  const url = `https://127.0.0.1:${adminPort}`;
  const admin = `${url}/api/settings`;
  expect((await fetch(admin, { tls })).status).toBe(401);
  expect((await fetch(admin, { tls, headers: { authorization: "Bearer test-admin-token" } })).status).toBe(200);

  const json = { "content-type": "application/json" };
  const signIn = await fetch(`${url}/api/sessions`, {
    method: "POST",
    headers: { ...json, origin: url },
    body: JSON.stringify({ token: "test-admin-token" }),
    tls,
  });
  const [cookie = "", ...flags] = (signIn.headers.get("set-cookie") ?? "").split("; ");
  expect(cookie).toMatch(/^__Host-headgate=[\w-]{43}$/);
  expect(flags).toEqual(["Path=/", "HttpOnly", "SameSite=Lax", "Secure", "Max-Age=604800"]);
  const session: unknown = await signIn.json();
  expect(pick(session, "base_url")).toBe(gateway.url.replace("127.0.0.1", "localhost"));

  const page = { ...json, origin: url, cookie, "x-csrf-token": String(pick(session, "csrf_token")) };
  const lent: unknown = await (
    await fetch(`${url}/api/playground/tokens`, {
      method: "POST",
      headers: page,
      body: JSON.stringify({ virtual_key: "default" }),
      tls,
    })
  ).json();
  const chat = { model: "demo/echo", stream: true, messages: [{ role: "user", content: "hi" }] };
  const play = (headers: Record<string, string>) =>
    fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body: JSON.stringify(chat), tls });
  const bearer = { ...json, authorization: `Bearer ${String(pick(lent, "token"))}` };
  const answer = await play(bearer);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/event-stream; charset=utf-8"]);
  expect(await answer.text()).toEndWith("data: [DONE]\n\n");
  expect((await play({ ...bearer, "sec-fetch-site": "cross-site" })).status).toBe(403);
  for (const authorization of [`Bearer ${secret}`, "Bearer test-admin-token"])
    expect((await play({ ...json, authorization })).status).toBe(404);
  expect((await play(page)).status).toBe(404);
});
