import { expect, test } from "bun:test";
import { join } from "node:path";
import { newHealth } from "#core/health";
import { openLedgerAdmin } from "#ledger/admin";
import { runControl } from "./running-control";

test("a provider key that is changed is not held back for what the provider said of it before", async () => {
  await using running = await runControl();
  await running.ask("POST", "/api/providers", { id: "own", dialect: "openai-chat", base_url: "http://127.0.0.1:9/v1" });
  const { body: key } = await running.ask("POST", "/api/providers/own/keys", {
    name: "main",
    value: "sk-refused-0001",
  });
  const { health } = openLedgerAdmin(join(running.dataDir, "ledger"), { role: "control", generation: 9 });
  const row = health.row("own#main");
  health.update(row, () => ({ ...newHealth, consecutiveErrors: 1, heldUntilMs: Number.MAX_SAFE_INTEGER }));
  const path = `/api/providers/own/keys/${key.id}`;
  expect((await running.ask("PATCH", path, { value: "sk-corrected-0001" })).status).toBe(200);
  expect(health.read(row)).toMatchObject({ consecutiveErrors: 0, heldUntilMs: 0 });
});
