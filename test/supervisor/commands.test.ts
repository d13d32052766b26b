import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { temporaryDirectory, until } from "./started";

setDefaultTimeout(240_000);

const launcher = join(import.meta.dir, "..", "..", "bin", "headgate");
const data = temporaryDirectory();
let gateway: Bun.Subprocess<"ignore", "pipe", "pipe">;
let url: string;

beforeAll(async () => {
  gateway = Bun.spawn([launcher, "--port", "0", "--workers", "1", "--data-dir", data.path], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { value } = await gateway.stdout.getReader().read();
  url = /listens on (\S+)/.exec(Buffer.from(value ?? []).toString())?.[1] ?? "";
  if (url === "") throw new Error(await new Response(gateway.stderr).text());
});

afterAll(async () => {
  gateway.kill("SIGKILL");
  await gateway.exited;
  data[Symbol.dispose]();
});

function headgate(...args: readonly string[]) {
  const result = Bun.spawnSync([launcher, ...args, "--data-dir", data.path]);
  return { code: result.exitCode, out: result.stdout.toString(), error: result.stderr.toString() };
}

async function ask(key: string): Promise<number> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "demo/echo", messages: [{ role: "user", content: "hi" }] }),
  });
  return response.status;
}

test("health says that the instance is alive, and why it cannot say so", () => {
  expect(headgate("health")).toEqual({ code: 0, out: `${url}/healthz answers\n`, error: "" });
  using empty = temporaryDirectory();
  const none = Bun.spawnSync([launcher, "health", "--data-dir", empty.path]);
  expect(none.exitCode).toBe(1);
  expect(none.stderr.toString()).toContain(empty.path);
});

test("keys create, list and revoke act on the running instance at once", async () => {
  const key = headgate("keys", "create", "--name", "ci", "--models", "demo/*").out.trim();
  expect(key).toStartWith("hg-");
  expect(await ask(key)).toBe(200);
  const row = headgate("keys", "list")
    .out.split("\n")
    .find((line) => line.includes("  ci "));
  expect(row).toContain("active");
  expect(headgate("keys", "create", "--name", "ci").error).toContain('Cannot use the name "ci"');
  expect(headgate("keys", "revoke", row?.split(" ")[0] ?? "").code).toBe(0);
  expect(await ask(key)).toBe(401);
});

test("providers, routes and models are listed as tables, and as JSON", () => {
  expect(headgate("providers", "list").out).toMatch(/^ID +KEYS +DIALECTS.*\n(?:.*\n)*demo +none needed +openai-chat/m);
  expect(headgate("routes", "list").out).toBe("ALIAS  TARGETS  FALLBACKS  DECLARED IN\n");
  const models = headgate("models", "list", "--provider", "demo").out;
  expect(models).toMatch(/^MODEL +CONTEXT +INPUT \$\/M/);
  expect(models).toMatch(/^demo\/echo +\d+ +[\d.]+ +[\d.]+ +-$/m);
  const entries = headgate("models", "list", "--search", "demo/echo", "--json").out.trim().split("\n");
  expect(JSON.parse(entries[0] ?? "")).toMatchObject({ id: "demo/echo", provider: "demo" });
  expect(headgate("providers", "show")).toMatchObject({
    code: 2,
    error: expect.stringContaining('Unknown providers command "show"'),
  });
});

test("admin reset-token makes a token that opens the admin API", async () => {
  const token = headgate("admin", "reset-token").out.trim();
  const response = await fetch(`${url}/api/virtual-keys`, { headers: { authorization: `Bearer ${token}` } });
  expect(response.status).toBe(200);
  expect((await fetch(`${url}/api/virtual-keys`)).status).toBe(401);
});

test("restart replaces the processes and keeps keys working", async () => {
  const key = headgate("keys", "create").out.trim();
  const { code, out } = headgate("restart");
  expect({ code, out }).toEqual({ code: 0, out: "Generation 2 serves, the old workers finish what they are doing\n" });
  expect(await ask(key)).toBe(200);
});

test("doctor finds the running instance ready", async () => {
  const { code, out } = await until(() => {
    const result = headgate("doctor");
    return result.code === 0 && result;
  });
  expect(code).toBe(0);
  expect(out).toMatch(/^ok {4}instance +process \d+, version \S+, ready$/m);
  expect(out).not.toMatch(/^fail/m);
});

test("a second start on the same data directory fails and names the holder", () => {
  const second = headgate("--port", "0");
  expect(second.code).toBe(1);
  expect(second.error).toContain(`Headgate process ${gateway.pid} `);
  expect(second.error.trim().split("\n")).toHaveLength(1);
});

test("SIGTERM ends the instance with code 0, after which commands say that none runs", async () => {
  gateway.kill("SIGTERM");
  expect(await gateway.exited).toBe(0);
  const { code, error } = headgate("keys", "list");
  expect(code).toBe(1);
  expect(error).toContain(`none owns the data directory ${data.path}`);
});

test("what is not understood ends with code 2 and names the nearest known word", () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["--prot", "1"], 'Unknown flag "--prot": did you mean "--port"?'],
    [["chek", "a.yaml"], 'Unknown command "chek": did you mean "check"?'],
    [["keys", "creat"], 'Unknown keys command "creat": did you mean "create"?'],
    [["--port", "x"], "Cannot use --port"],
  ];
  for (const [args, message] of cases) {
    const result = Bun.spawnSync([launcher, ...args]);
    expect(result.exitCode).toBe(2);
    expect(result.stdout.toString()).toBe("");
    expect(result.stderr.toString()).toStartWith(`headgate: ${message}`);
  }
});

test("check says what a file would do, or what is wrong with it", async () => {
  const file = join(data.path, "headgate.yaml");
  await Bun.write(file, "routes:\n  - alias: smart\n    targets: [{ model: demo/echo }]\n");
  const good = Bun.spawnSync([launcher, "check", file]);
  expect(good.exitCode).toBe(0);
  expect(good.stdout.toString()).toContain("smart");
  await Bun.write(file, "rotes: []\n");
  const bad = Bun.spawnSync([launcher, "check", file]);
  expect(bad.exitCode).toBe(1);
  expect(bad.stderr.toString()).toContain('did you mean "routes"');
});
