import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { maxEntries } from "#ledger/ledger";
import { runControl } from "./running-control";

test("a change that is refused while it is compiled leaves neither itself nor an event nor a slot", async () => {
  await using running = await runControl();
  const { ask } = running;
  const budgets = Array.from({ length: maxEntries / 2 }, (_, number) => ({
    limit_usd: 1,
    period: `${number + 2}d`,
    align: "creation",
  }));
  const small = budgets.slice(0, 2);
  await ask("POST", "/api/teams", { name: "full", budgets });
  const before = (await ask("GET", "/api/audit/verify")).body;
  const refused = await ask("POST", "/api/virtual-keys", { name: "greedy", team: "full", budgets });
  expect(refused.status).toBe(409);
  expect((await ask("GET", "/api/virtual-keys?search=greedy")).body.data).toEqual([]);
  expect((await ask("GET", "/api/audit/verify")).body).toEqual(before);

  const { body: key } = await ask("POST", "/api/virtual-keys", { name: "greedy", team: "full", budgets: small });
  const slots = () =>
    [...running.snapshot().virtualKeys.values()].flatMap(({ slot, limits }) => [
      slot,
      ...limits.map((limit) => limit.slot),
    ]);
  const kept = slots();
  expect((await ask("PATCH", `/api/virtual-keys/${key.id}`, { budgets })).status).toBe(409);
  expect((await ask("GET", `/api/virtual-keys/${key.id}`)).body.budgets).toHaveLength(2);
  await ask("POST", "/api/virtual-keys", { name: "next", budgets: small });
  expect(slots()).toEqual(expect.arrayContaining(kept));
  const indexes = slots().map(({ index, tag }) => `${index} ${tag}`);
  expect(new Set(indexes).size).toBe(indexes.length);

  const compiled = running.snapshot().virtualKeys;
  await running.control.close();
  await using again = await runControl({ given: running.dataDir });
  expect(new Map(again.snapshot().virtualKeys)).toEqual(new Map(compiled));
});

test("a control plane that is killed while it creates has each key with its event, and a repeated create makes no second", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "hg-killed-"));
  try {
    const child = Bun.spawn([process.execPath, join(import.meta.dir, "killed-control.ts"), dataDir], {
      stdout: "pipe",
      stderr: "inherit",
    });
    await child.stdout.getReader().read();
    const answered = new Map<string, unknown>();
    const create = async (name: string) => {
      const response = await fetch("http://localhost/api/virtual-keys", {
        unix: join(dataDir, "c.sock"),
        method: "POST",
        headers: { "idempotency-key": name },
        body: JSON.stringify({ name }),
      });
      expect(response.status).toBe(201);
      answered.set(name, await response.json());
      if (answered.size === 40) child.kill("SIGKILL");
    };
    const names = Array.from({ length: 100 }, (_, number) => `key-${number}`);
    await Promise.allSettled(names.map(create));
    await child.exited;
    expect(answered.size).toBeGreaterThanOrEqual(40);
    expect(answered.size).toBeLessThan(100);

    await using running = await runControl({ given: dataDir });
    const stored = async () =>
      (await running.ask("GET", "/api/virtual-keys?limit=1000&search=key-")).body.data.map(
        ({ name }: { name: string }) => name,
      );
    const events = async () =>
      (await running.ask("GET", "/api/audit?limit=1000&action=virtual_key.create&actor=control_socket")).body.data;
    const noted = (await events()).map((event: { resource: { name: string } }) => event.resource.name);
    expect(noted.toSorted()).toEqual((await stored()).toSorted());
    expect(noted).toEqual(expect.arrayContaining([...answered.keys()]));

    for (const name of names) {
      const again = await running.ask("POST", "/api/virtual-keys", { name }, { "idempotency-key": name });
      expect(again.status).toBe(201);
      if (answered.has(name)) expect(again.body).toEqual(answered.get(name));
    }
    expect((await stored()).toSorted()).toEqual(names.toSorted());
    expect(await events()).toHaveLength(100);
    expect((await running.ask("GET", "/api/audit/verify")).body).toMatchObject({ ok: true });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
