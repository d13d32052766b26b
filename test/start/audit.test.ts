import { expect, test } from "bun:test";
import { isObject, type JsonObject, tryParseJson } from "#lib/json";
import { type Running, startGateway } from "./running";

test("keys show and rotate, audit list and verify, on a running gateway", async () => {
  await using gateway = await startGateway();
  const limits = ["--budget", "10/1d,100/1mo", "--rpm", "600", "--tpm", "200000", "--concurrent", "20"];
  const secret = gateway
    .command("keys", "create", "--name", "ci", "--team", "t", "--tags", "use=tests", ...limits)
    .out.trim();
  const shown = tryParseJson(gateway.command("keys", "show", "ci").out);
  expect(shown).toMatchObject({
    name: "ci",
    team: "t",
    budgets: [
      { limit_usd: "10", period: "1d" },
      { limit_usd: "100", period: "1mo" },
    ],
    rate_limits: [{ requests: 600, per: "1m" }, { tokens: 200000, per: "1m" }, { concurrent: 20 }],
    usage: { requests: 0, running: 0 },
  });
  expect(gateway.command("keys", "list", "--tag", "use=tests").out).toContain("ci");
  expect(gateway.command("keys", "list", "--team", "other").out).not.toContain("ci");
  const rotated = gateway.command("keys", "rotate", "ci", "--grace", "1h").out.trim();
  expect(rotated).toStartWith("hg-");
  for (const key of [secret, rotated]) {
    const me = await gateway.api("GET", "/api/me", undefined, { authorization: `Bearer ${key}` });
    expect(me.status).toBe(200);
  }
  expect(gateway.command("keys", "rotate").error).toContain("its id or name is needed");
  expect(gateway.command("keys", "create", "--budget", "10").error).toContain("such as 10/1d");
  expect(gateway.command("keys", "create", "--rpm", "many").error).toContain("needs a whole number");
  expect(gateway.command("keys", "roatte", "ci").error).toContain('did you mean "rotate"?');

  await gateway.api("PATCH", "/api/settings", { retention_days: 3 });
  expect((await gateway.api("GET", "/api/settings", undefined, { "x-headgate-peer": "1.2.3.4" })).status).toBe(401);
  expect(listed(gateway, "--actor", "control_socket")).toMatchObject([
    { action: "virtual_key.rotate", resource: { name: "ci" } },
    { action: "virtual_key.create", changes: { team: { to: "t" } } },
  ]);
  // The address of whoever opened the connection comes through the worker, and only from it.
  const clients = ["settings.update", "admin.sign_in", "admin.refused"].map(
    (action) => listed(gateway, "--action", action)[0]?.client,
  );
  expect(clients).toEqual(["127.0.0.1", "127.0.0.1", "127.0.0.1"]);
  expect(listed(gateway, "--limit", "1")).toHaveLength(1);
  expect(JSON.stringify(listed(gateway))).not.toContain(rotated);

  const verified = gateway.command("audit", "verify").out;
  const [, head = ""] = /the chain is whole, its head is ([0-9a-f]{64})$/.exec(verified.trim()) ?? [];
  expect(gateway.command("audit", "verify", "--hash", head).code).toBe(0);
  const unknown = gateway.command("audit", "verify", "--hash", "0".repeat(64));
  expect([unknown.code, unknown.error]).toEqual([1, expect.stringContaining("does not hold this hash")]);
});

function listed(gateway: Running, ...flags: readonly string[]): readonly JsonObject[] {
  const lines = gateway
    .command("audit", "list", ...flags)
    .out.trim()
    .split("\n");
  return lines.map((line) => tryParseJson(line)).filter(isObject);
}
