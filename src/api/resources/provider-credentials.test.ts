import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Token } from "#credentials/token";
import { LimitBench } from "#limits/fixtures/limit-bench";

const app = { type: "azure_client_secret", tenant_id: "t", client_id: "c", client_secret: "canary secret" };
const provider = { id: "azure-openai", base_url: "https://r.openai.azure.com" };
const keys = "/api/providers/azure-openai/keys";
const hour = 3_600_000;

let bench: LimitBench;
let issued: (() => Token)[];
beforeEach(async () => {
  bench = new LimitBench();
  issued = [];
  bench.issueToken = async () => {
    const next = issued.shift();
    if (next === undefined) throw new Error("AADSTS50034: no such user, canary secret");
    return next();
  };
  await bench.start();
  expect((await bench.ask("POST", "/api/providers", provider)).status).toBe(201);
});
afterEach(() => bench[Symbol.dispose]());

const token = (secret: string) => (): Token => ({ secret, auth: "bearer", expiresAtMs: bench.nowMs + hour });

function sentKeys() {
  return bench.running.configuration.content().providers.get("azure-openai")?.keys ?? [];
}

describe("a provider key with credentials", () => {
  test("is sent with a token as soon as it is made, and shows none of its secrets", async () => {
    issued.push(token("token-1"));
    const { body, status } = await bench.ask("POST", keys, { name: "entra", credentials: app });
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: "entra", credentials: "azure_client_secret", usable: true });
    expect(body.token.expires_at).toBe(new Date(bench.nowMs + hour).toISOString());
    expect(sentKeys()).toMatchObject([{ name: "entra", secret: "token-1", auth: "bearer" }]);
    const shown = JSON.stringify([
      (await bench.ask("GET", "/api/providers")).body,
      (await bench.ask("GET", "/api/audit")).body,
    ]);
    expect(shown).not.toContain("canary");
    expect(shown).not.toContain("token-1");
  });

  test("gets the next token on the workers before the old one ends", async () => {
    issued.push(token("token-1"), token("token-2"));
    await bench.ask("POST", keys, { name: "entra", credentials: app });
    const before = bench.published.length;
    bench.nowMs += hour - 60_000;
    bench.running.tokens.tick();
    await bench.running.tokens.settled(5000);
    expect(sentKeys()).toMatchObject([{ secret: "token-2" }]);
    expect(bench.published.length).toBe(before + 1);
    expect(bench.errors).toEqual([]);
  });

  test("says where it stands when tokens fail: readiness, key, audit log, and is gone with the last token", async () => {
    issued.push(token("token-1"));
    await bench.ask("POST", keys, { name: "entra", credentials: app });
    bench.nowMs += hour - 60_000;
    bench.running.tokens.tick();
    await bench.running.tokens.settled(5000);
    const said = "AADSTS50034: no such user, …";
    expect((await bench.ask("GET", "/readyz")).body.warnings).toEqual([
      `no new token for azure-openai/entra: ${said} (the token before holds still)`,
    ]);
    const { data } = (await bench.ask("GET", keys)).body;
    expect(data[0]).toMatchObject({ usable: true, token: { problem: said } });
    expect((await bench.ask("GET", "/api/audit")).body.data[0]).toMatchObject({ action: "provider_key.token" });
    bench.nowMs += 120_000;
    bench.running.tokens.tick();
    await bench.running.tokens.settled(5000);
    await bench.running.configuration.retoken();
    expect(sentKeys()).toEqual([]);
    expect((await bench.ask("GET", keys)).body.data[0].usable).toBe(false);
  });

  test("is saved though no token can be fetched, and tried apart", async () => {
    const { body, status } = await bench.ask("POST", keys, { name: "entra", credentials: app });
    expect([status, body.usable]).toEqual([201, false]);
    const tried = await bench.ask("POST", "/api/providers/azure-openai/test", {});
    expect(tried.body.results[0]).toMatchObject({ ok: false, outcome: "token_refused" });
    expect(tried.body.results[0].message).toContain("AADSTS50034");
    const unsaved = await bench.ask("POST", "/api/providers/test", { ...provider, credentials: app });
    expect(unsaved.body.results[0].outcome).toBe("token_refused");
    expect(JSON.stringify([tried, unsaved])).not.toContain("canary");
  });

  test("changes into one with a value and back", async () => {
    issued.push(token("token-1"));
    await bench.ask("POST", keys, { name: "k", value: "plain" });
    expect(sentKeys()).toMatchObject([{ secret: "plain" }]);
    await bench.ask("PATCH", `${keys}/k`, { credentials: app });
    expect(sentKeys()).toMatchObject([{ secret: "token-1", auth: "bearer" }]);
    await bench.ask("PATCH", `${keys}/k`, { weight: 2 });
    expect(sentKeys()).toMatchObject([{ secret: "token-1", weight: 2 }]);
    const { body } = await bench.ask("PATCH", `${keys}/k`, { value: "other" });
    expect(body.credentials).toBeUndefined();
    expect(sentKeys()).toMatchObject([{ secret: "other" }]);
  });

  test.each([
    [{ name: "k", value: "v", credentials: app }, "credentials"],
    [{ name: "k" }, "value"],
    [{ name: "k", credentials: { ...app, more: 1 } }, "more"],
    [
      { name: "k", credentials: { type: "azure_workload_identity", token_file: "/etc/passwd" } },
      "configuration file only",
    ],
  ])("is refused by name as %j", async (body, word) => {
    const { body: problem, status } = await bench.ask("POST", keys, body);
    expect([status, JSON.stringify(problem).includes(word)]).toEqual([400, true]);
  });
});
