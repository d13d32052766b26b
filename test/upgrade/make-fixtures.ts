// Makes the data directories in `fixtures/` with the program of an earlier commit:
//
//   bun test/upgrade/make-fixtures.ts <a checkout of that commit, with its packages installed>
//
// Each holds one of everything that the program stored. `clean` was stopped; in `killed` all processes were killed with
// requests running and records that had not been ingested. `expected.json` beside a data directory says what is in it.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FakeProvider, startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { type Headgate, startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { oldConfig, oldKeys, oldProvider } from "./old-config.ts";
import { type Expected, readAnswer, readShown } from "./shown-state.ts";

const [tree] = process.argv.slice(2);
if (tree === undefined) throw new Error("Cannot make fixtures: the checkout of an earlier commit is needed");
const commit = spawnSync("git", ["-C", tree, "rev-parse", "HEAD"]).stdout.toString().trim();
const fixtures = join(import.meta.dir, "fixtures");

await make("clean", async (gateway) => {
  const shown = await settled(gateway);
  await gateway.stop();
  return { ...shown, cut: [] };
});

await make("killed", async (gateway, provider) => {
  const before = await settled(gateway);
  // A control process that is stopped ingests nothing.
  await gateway.kill("control", 0, "SIGSTOP");
  const waiting = await Promise.all(["one", "two", "three"].map((word) => complete(gateway, "filed/fake-gpt", word)));
  const cut = await Promise.all([
    beginStream(gateway, "[[words:400]] [[delay:100]]"),
    beginStream(gateway, "[[words:400]] [[delay:100]]"),
  ]);
  await provider.script({ match: { contains: "no answer" }, answer: { kind: "never" } });
  void gateway.post("/v1/chat/completions", question("filed/fake-gpt", "no answer")).catch(() => undefined);
  await waitUntil("the silent request", async () =>
    (await provider.log()).some((one) => one.body.includes("no answer")),
  );
  const processes = gateway.pids();
  for (const { pid } of processes) process.kill(pid, "SIGKILL");
  await gateway.exited;
  return { ...before, waiting, cut, silent: 1 };
});

/** Starts the old program in an empty directory, fills it, ends it as `end` does, and packs what is left. */
async function make(name: string, end: (gateway: Headgate, provider: FakeProvider) => Promise<object>): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "headgate-fixture-"));
  const dataDir = join(scratch, "data");
  const provider = await startFakeProvider();
  await provider.script({ match: { contains: "fail once" }, answer: { kind: "error", status: 500 } });
  const program = join(tree ?? "", "src/main.ts");
  const gateway = await startHeadgate({ program, dataDir, config: oldConfig(provider.url), workers: 1 });
  try {
    const made = await fill(gateway, provider);
    const facts = await end(gateway, provider);
    const packed = join(scratch, "packed");
    cpSync(dataDir, join(packed, "data"), { recursive: true, filter: (path) => !isLeftOut(path) });
    writeFileSync(join(packed, "expected.json"), JSON.stringify({ commit, ...made, ...facts }, null, 1));
    const archive = join(fixtures, `${name}.tar.gz`);
    const result = spawnSync("tar", ["-czf", archive, "-C", packed, "data", "expected.json"]);
    if (result.status !== 0) throw new Error(`Cannot pack ${archive}: ${result.stderr}`);
  } finally {
    await gateway.stop();
    await provider.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Sockets, and what SQLite makes anew. */
function isLeftOut(path: string): boolean {
  return path.endsWith("/run") || path.endsWith("-shm");
}

/** One of everything, by the admin API and by requests. */
async function fill(gateway: Headgate, provider: FakeProvider): Promise<Pick<Expected, "idempotent">> {
  const create = (path: string, body: object) => expectDone(gateway.admin("POST", path, body), path);
  await create("/api/providers", { id: "own", ...oldProvider(provider.url) });
  await create("/api/providers/own/keys", { name: "main", value: "sk-fake-one", weight: 2 });
  await create("/api/providers/own/keys", { name: "spare", value: "sk-fake-two", weight: 1, models: ["fake-*"] });
  await create("/api/routes", {
    alias: "own-route",
    targets: [{ model: "own/fake-gpt" }],
    fallbacks: ["filed/fake-gpt"],
  });
  await create("/api/customers", { name: "acme", budgets: [{ limit_usd: 900, period: "1y" }] });
  await create("/api/teams", {
    name: "search",
    customer: "acme",
    budgets: [{ limit_usd: 0.00001, period: "none", mode: "warn" }],
    rate_limits: [{ requests: 6000, per: "1h" }, { concurrent: 20 }],
  });
  await create("/api/limits", {
    name: "own-models",
    provider: "own",
    budgets: [{ limit_tokens: 1_000_000, period: "none" }],
  });
  await create("/api/virtual-keys", { name: "rotated", value: oldKeys.rotatedBefore, team: "search" });
  await create("/api/virtual-keys/rotated/rotate", { value: oldKeys.rotated, grace: "50y" });
  await create("/api/virtual-keys", { name: "revoked", value: oldKeys.revoked });
  await create("/api/virtual-keys", {
    name: "limited",
    value: oldKeys.limited,
    team: "search",
    tags: { use_case: "upgrade" },
    models: ["own-route", "own/*", "demo/*"],
    budgets: [
      { limit_usd: 5, period: "none" },
      { limit_usd: 3, period: "1mo" },
    ],
    rate_limits: [{ tokens: 1_000_000, per: "1m" }],
    expires_at: "2099-01-01",
  });
  const budgets = await readAnswer(gateway, "/api/budgets?scope=key&name=limited");
  const prepaid = encodeURIComponent(budgets.data.find(({ period }: { period: string }) => period === "none").id);
  const monthly = encodeURIComponent(budgets.data.find(({ period }: { period: string }) => period === "1mo").id);
  await create(`/api/budgets/${prepaid}/top-ups`, { amount_usd: 2, note: "fixture" });
  await create(`/api/budgets/${monthly}/overrides`, { limit_usd: 4, until: "2099-01-01", reason: "fixture" });
  await expectDone(
    gateway.admin("PATCH", "/api/settings", { metrics_token: "upgrade-metrics-token-0123456789" }),
    "settings",
  );
  const idempotent = await createOnce(gateway, "kept");

  for (const key of [oldKeys.file, oldKeys.rotated, oldKeys.rotatedBefore, oldKeys.revoked, oldKeys.limited])
    for (const word of ["alpha", "beta"]) await complete(gateway, "demo/echo", word, key);
  for (const key of [oldKeys.limited, oldKeys.rotated]) {
    await complete(gateway, "own-route", "through a route", key);
    await complete(gateway, "own/fake-gpt", "[[words:12]] [[delay:1]]", key, { stream: true });
  }
  await complete(gateway, "own-route", "fail once", oldKeys.limited);
  await (
    await gateway.post("/v1/messages", { ...question("demo/echo", "of the other dialect"), max_tokens: 50 })
  ).text();
  await (await gateway.post("/v1/chat/completions", question("nothing/here", "refused"))).text();
  await (await gateway.post("/v1/chat/completions", question("filed/fake-gpt", "[[status:500]]"))).text();
  await expectDone(gateway.admin("DELETE", "/api/virtual-keys/revoked"), "revoke");
  await waitUntil("a budget event", async () => (await readAnswer(gateway, "/api/events")).data.length > 0, 10_000);
  return { idempotent };
}

/** Creates a key with an `Idempotency-Key`; the same again is answered with what was kept. */
async function createOnce(gateway: Headgate, name: string): Promise<Expected["idempotent"]> {
  const response = await fetch(`${gateway.url}/api/virtual-keys`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${gateway.adminToken}`,
      "content-type": "application/json",
      "idempotency-key": "upgrade-once",
    },
    body: JSON.stringify({ name }),
  });
  return { name, status: response.status, body: await response.json() };
}

async function complete(
  gateway: Headgate,
  model: string,
  text: string,
  key = gateway.key,
  more: object = {},
): Promise<string> {
  const headers = { authorization: `Bearer ${key}` };
  const response = await gateway.post("/v1/chat/completions", question(model, text, more), headers);
  const answer = await response.text();
  if (!response.ok) throw new Error(`Cannot fill the fixture: ${model} answered ${response.status}: ${answer}`);
  return response.headers.get("x-headgate-id") ?? "";
}

/** The id of a request that is left running. */
async function beginStream(gateway: Headgate, text: string): Promise<string> {
  const response = await gateway.post("/v1/chat/completions", question("filed/fake-gpt", text, { stream: true }));
  const reader = response.body?.getReader();
  for (let chunks = 0; chunks < 5; chunks += 1) await reader?.read();
  return response.headers.get("x-headgate-id") ?? "";
}

function question(model: string, content: string, more: object = {}): object {
  return { model, max_tokens: 500, messages: [{ role: "user", content }], ...more };
}

/** What is shown once nothing waits in the journal. */
async function settled(gateway: Headgate) {
  await waitUntil("ingestion", async () => {
    const metrics = await (await gateway.admin("GET", "/metrics")).text();
    return /^headgate_ingest_lag_records 0$/m.test(metrics);
  });
  return readShown(gateway);
}

async function expectDone(asked: Promise<Response>, what: string): Promise<void> {
  const response = await asked;
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot fill the fixture: ${what} answered ${response.status}: ${text}`);
}
