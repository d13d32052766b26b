import { afterAll, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { sendCommand } from "#supervisor/command-socket";
import { readLock } from "#supervisor/lock-file";
import { startHeadgate, testKey } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";

const keys = [
  { name: "test", value: testKey, budgets: [{ limit_usd: 5, period: "none" }] },
  ...["a", "b", "c"].map((name) => ({ name, value: `hg-${name}-0123456789abcdef` })),
];
const config = { routes: [{ alias: "smart", targets: [{ model: "demo/echo" }] }], virtual_keys: keys };
const gateway = await startHeadgate({ config });
afterAll(() => gateway.stop());

const ask = async () =>
  (await gateway.post("/v1/chat/completions", { model: "smart", messages: [{ role: "user", content: "hello" }] }))
    .status;
const said = (text: string) => waitUntil(text, () => gateway.output().includes(text));
const spent = async () => {
  const me = await fetch(`${gateway.url}/api/me`, { headers: { authorization: `Bearer ${testKey}` } });
  const { budgets }: { readonly budgets: readonly object[] } = JSON.parse(await me.text());
  return JSON.stringify(budgets);
};
const hangUp = () => gateway.pids().find(({ role }) => role === "supervisor")?.pid ?? 0;

test("an emptied configuration file is refused by a reload, a restart and a start, and nothing changes", async () => {
  expect(await ask()).toBe(200);
  const before = await spent();
  for (const text of ["", "# all gone\n", "{}\n", "settings: { retention_days: 3 }\n"]) {
    writeFileSync(gateway.configFile, text);
    process.kill(hangUp(), "SIGHUP");
    await waitUntil("the refusal", () => gateway.output().split("settings.allow_empty: true").length > 1);
    expect(await ask()).toBe(200);
  }
  const answer = await sendCommand(readLock(gateway.dataDir)?.sockets.supervisor ?? "", { type: "restart" }, 20_000);
  expect(answer).toMatchObject({
    ok: false,
    message: expect.stringContaining("it declares no provider, route or virtual key"),
  });
  const started = await startHeadgate({ config: { virtual_keys: [] }, dataDir: `${gateway.dataDir}-other` });
  expect((await fetch(`${started.url}/readyz`)).status).toBe(200);
  await started.stop();
  // The same directory, once with keys, refuses the file with which it began.
  await (await startHeadgate({ config, dataDir: `${gateway.dataDir}-other` })).stop();
  const again = startHeadgate({ config: { virtual_keys: [] }, dataDir: `${gateway.dataDir}-other` });
  expect(await again.catch((error: Error) => error.message)).toContain("it declares no provider, route or virtual key");
  rmSync(`${gateway.dataDir}-other`, { recursive: true, force: true });
  expect(before).not.toBe("[]");
}, 240_000);

test("a control process that dies while the file is emptied has a successor once the file is back, and workers serve meanwhile", async () => {
  const refusals = () => gateway.output().split("it declares no provider").length;
  const before = refusals();
  writeFileSync(gateway.configFile, "");
  await gateway.kill("control");
  await waitUntil("a refusal", () => refusals() > before, 30_000);
  expect(await ask()).toBe(200);
  gateway.reload(config);
  await waitUntil("the API", async () => (await gateway.admin("GET", "/api/teams")).status === 200, 30_000);
  expect(await ask()).toBe(200);
}, 240_000);

test("a reload without most keys is done and warned of; a budget that comes back has been spent from", async () => {
  const before = await spent();
  gateway.reload({ ...config, virtual_keys: keys.slice(3) });
  await said("3 of the 4 virtual keys");
  await waitUntil("the key to go", async () => (await ask()) === 401);
  gateway.reload(config);
  await waitUntil("the key to come back", async () => (await ask()) === 200);
  const after = await spent();
  expect(after).not.toBe(before);
  const amounts = [before, after].map((text) => Number(/"spent_usd":"([\d.]+)"/.exec(text)?.[1]));
  expect(amounts[1]).toBeGreaterThan(amounts[0] ?? 0);
}, 240_000);

test("settings.allow_empty lets a file without anything take its place, also at a start", async () => {
  gateway.reload({ settings: { allow_empty: true }, virtual_keys: [] });
  await waitUntil("the key to go", async () => (await ask()) === 401);
}, 240_000);
