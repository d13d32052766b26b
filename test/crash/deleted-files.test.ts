import { afterAll, expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ask, twoProviders } from "../e2e/start-pair.ts";
import { startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";

const provider = await startFakeProvider();
const gateway = await startHeadgate({ config: twoProviders(provider.url) });
afterAll(async () => {
  await gateway.stop();
  await provider.stop();
});

const chat = async () => {
  const answer = await gateway.post("/v1/chat/completions", ask("oai/fake-gpt", "hello")).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.status === 200 ? (answer.headers.get("x-headgate-id") ?? "") : undefined;
};
const answered = async (count: number) => {
  const ids: string[] = [];
  while (ids.length < count) ids.push(await waitUntil("an answer", chat));
  return ids;
};
const recorded = (ids: readonly string[]) =>
  waitUntil("all records", async () => {
    const page = await (await gateway.admin("GET", "/api/logs?limit=200")).text();
    return ids.every((id) => page.includes(id));
  });

/** As a client does that may repeat a change: one that comes while the database is opened anew is a 503. */
const makeTeam = (name: string) =>
  waitUntil(`the team ${name}`, async () => {
    const answer = await fetch(`${gateway.url}/api/teams`, {
      method: "POST",
      headers: { authorization: `Bearer ${gateway.adminToken}`, "idempotency-key": name },
      body: JSON.stringify({ name }),
    });
    return answer.status === 201;
  });

test("records that were answered are not lost when the journal is deleted while it is written to", async () => {
  const before = await answered(5);
  rmSync(join(gateway.dataDir, "journal"), { recursive: true });
  const after = await answered(20);
  await waitUntil("a journal", () => existsSync(join(gateway.dataDir, "journal")));
  await recorded([...before, ...after, ...(await answered(5))]);
  await waitUntil("readiness", async () => (await fetch(`${gateway.url}/readyz`)).ok);
}, 240_000);

test("a deleted configuration database is put back with what was changed, and all later changes last", async () => {
  await makeTeam("before");
  rmSync(join(gateway.dataDir, "config.sqlite"));
  await makeTeam("meanwhile");
  await waitUntil("the file", () => existsSync(join(gateway.dataDir, "config.sqlite")));
  await waitUntil("the next control plane", () => gateway.output().includes("control is back"));
  await makeTeam("after");
  await gateway.kill("control");
  const teams = await waitUntil("the API", async () => {
    const page = await gateway.admin("GET", "/api/teams").catch(() => undefined);
    return page?.status === 200 ? await page.text() : undefined;
  });
  for (const name of ["before", "meanwhile", "after"]) expect(teams).toContain(`"${name}"`);
  const verified: unknown = JSON.parse(await (await gateway.admin("GET", "/api/audit/verify")).text());
  expect(verified).toMatchObject({ ok: true });
}, 240_000);

// The last of these: it is told until the instance is stopped.
test("a deleted ledger is told by /readyz, and a worker that dies has a successor all the same", async () => {
  rmSync(join(gateway.dataDir, "ledger"));
  await waitUntil("a reason", async () => {
    const answer = await fetch(`${gateway.url}/readyz`);
    return answer.status === 503 && (await answer.text()).includes("the ledger");
  });
  await answered(1);
  await gateway.kill("worker");
  await recorded(await answered(3));
}, 240_000);
