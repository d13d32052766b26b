import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Release } from "#channel/release";
import { connectSnapshot, type SnapshotClient } from "#channel/snapshot-client";
import type { Log } from "#telemetry/log";
import { waitUntil } from "../harness/wait-until";
import { type Asked, currentRelease, runControl } from "./running-control";

// What an operator meets whose files were replaced by a newer version and whose control plane alone started again.

const newer: Release = { version: "9.0.0", protocol: currentRelease.protocol + 1 };
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

test("a control plane of a newer version under workers of this one", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "hg-releases-"));
  const worker = connectWorker(dataDir, currentRelease);
  try {
    const config = "virtual_keys: [{ name: declared, value: secret-of-the-declared-key }]";
    const first = await runControl({ given: dataDir, config });
    const ids = new Map<string, string>();
    for (const name of ["revoked", "off", "kept"]) {
      ids.set(name, (await first.ask("POST", "/api/virtual-keys", { name })).body.id);
    }
    await waitUntil("the keys", () => served(worker).length === 5);
    await first[Symbol.asyncDispose]();

    await using running = await runControl({ given: dataDir, config, release: newer });
    const before = worker.current();
    let probes = 0;
    await waitUntil("the old worker to be known", async () => {
      const probe = { alias: `probe-${probes++}`, targets: [{ model: "demo/echo" }] };
      return (await running.ask("POST", "/api/routes", probe)).status === 503;
    });

    const route = { alias: "smart", targets: [{ model: "demo/echo" }] };
    expectStored(await running.ask("POST", "/api/routes", route));
    expect((await running.ask("GET", "/api/routes/smart")).status).toBe(200);
    expect(running.snapshot().routes.has("smart")).toBe(true);
    expect(worker.current()).toBe(before);
    expect((await running.ask("GET", "/readyz")).body.workers).toEqual({ ready: 2, wanted: 1, outdated: 1 });

    expectStored(await running.ask("DELETE", `/api/virtual-keys/${ids.get("revoked")}`));
    expect(served(worker)).toEqual(["declared", "default", "kept", "off"]);
    expectStored(await running.ask("PATCH", `/api/virtual-keys/${ids.get("off")}`, { active: false }));
    expect(served(worker)).toEqual(["declared", "default", "kept"]);
    writeFileSync(join(dataDir, "headgate.yaml"), "settings: { allow_empty: true }\nteams: [{ name: search }]");
    expect(await running.control.reload()).toEqual({ ok: false, error: expect.stringContaining("headgate restart") });
    expect(served(worker)).toEqual(["default", "kept"]);

    const again = { "idempotency-key": "made-once" };
    expectStored(await running.ask("POST", "/api/virtual-keys", { name: "made" }, again));
    const kept = await running.ask("POST", "/api/virtual-keys", { name: "made" }, again);
    expect(kept).toMatchObject({ status: 201, body: { name: "made", value: expect.stringMatching(/^hg-/) } });

    worker.close();
    const replaced = connectWorker(dataDir, newer);
    await waitUntil("the new worker", () => replaced.current() !== undefined);
    expect(served(replaced)).toEqual(["default", "kept", "made", "off"]);
    expect(replaced.current()?.teams.has("search")).toBe(true);
    expect((await running.ask("DELETE", "/api/routes/smart")).status).toBe(204);
    expect(replaced.current()?.routes.has("smart")).toBe(false);
    replaced.close();
  } finally {
    worker.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

function connectWorker(dataDir: string, release: Release): SnapshotClient {
  return connectSnapshot({
    socket: join(dataDir, "s.sock"),
    worker: 1,
    generation: 1,
    release,
    onSnapshot: () => {},
    log: silent,
  });
}

/** Names of the virtual keys that a worker has. */
function served(worker: SnapshotClient): readonly string[] {
  return [...(worker.current()?.virtualKeys.values() ?? [])].map(({ name }) => name).sort();
}

function expectStored({ status, body }: Asked) {
  expect(status).toBe(503);
  expect(body.detail).toContain("it is stored, but worker 1 (version test) cannot read it");
  expect(body.detail).toContain("headgate restart");
}
