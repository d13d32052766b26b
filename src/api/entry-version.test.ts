import { describe, expect, test } from "bun:test";
import { LimitBench } from "#limits/fixtures/limit-bench";
import { versionOf } from "./entry-version";

test("versionOf() is the same for equal values, and another for every other", () => {
  const version = versionOf({ a: 1, b: { c: [1, 2], d: undefined } });
  expect(versionOf({ b: { c: [1, 2] }, a: 1 })).toBe(version);
  expect(version).toMatch(/^[0-9a-f]{16}$/);
  for (const other of [{ a: 1, b: { c: [2, 1] } }, { a: 1 }, {}]) expect(versionOf(other)).not.toBe(version);
});

const entries = [
  {
    list: "/api/routes",
    made: { alias: "smart", targets: [{ model: "demo/echo" }] },
    id: "smart",
    patch: { fallbacks: ["a/b"] },
  },
  { list: "/api/teams", made: { name: "t" }, id: "t", patch: { rate_limits: [{ concurrent: 2 }] } },
  { list: "/api/customers", made: { name: "c" }, id: "c", patch: { rate_limits: [{ concurrent: 1 }] } },
  { list: "/api/limits", made: { name: "l", rate_limits: [{ concurrent: 1 }] }, id: "l", patch: { tags: { a: "b" } } },
  { list: "/api/providers", made: { id: "openai" }, id: "openai", patch: { name: "Mine" } },
  {
    list: "/api/providers/openai/keys",
    made: { name: "k", value: "env:KEY_OF_TESTS" },
    id: "k",
    patch: { weight: 2 },
  },
  { list: "/api/virtual-keys", made: { name: "ci" }, id: "ci", patch: { team: "t" } },
  { list: "/api/models", made: { provider: "openai", id: "m", context: 5 }, id: "openai%2Fm", patch: { context: 6 } },
];

describe("If-Match", () => {
  test("holds every PATCH and DELETE to the version that was read, where one is named", async () => {
    using bench = new LimitBench();
    await bench.start();
    for (const { list, made, id, patch } of entries) {
      const created = await bench.ask("POST", list, made);
      expect([list, created.status]).toEqual([list, 201]);
      const path = `${list}/${id}`;
      const shown = (await bench.ask("GET", list)).body.data.find((entry: object) =>
        Object.values(entry).includes(decodeURIComponent(id)),
      );
      const first = shown.version;
      if (created.body.version !== undefined) expect([list, created.body.version]).toEqual([list, first]);
      const with_ = (version: string) => ({ "if-match": `"${version}"` });
      const changed = await bench.ask("PATCH", path, patch, undefined, with_(first));
      expect([list, changed.status, changed.body.version === first]).toEqual([list, 200, false]);
      const stale = await bench.ask("PATCH", path, patch, undefined, with_(first));
      expect(stale).toMatchObject({ status: 412, body: { detail: expect.stringContaining(changed.body.version) } });
      expect((await bench.ask("DELETE", path, undefined, undefined, with_(first))).status).toBe(412);
      // Calls that name none go on as before.
      expect((await bench.ask("PATCH", path, patch)).status).toBe(200);
    }
    for (const { list, id } of entries.toReversed()) {
      const path = `${list}/${id}`;
      expect([path, (await bench.ask("DELETE", path, undefined, undefined, { "if-match": "*" })).status]).toEqual([
        path,
        204,
      ]);
    }
  });

  test("holds settings to it, what the file declares among them", async () => {
    using bench = new LimitBench();
    await bench.start("settings: { retention_days: 9 }");
    const { version } = (await bench.ask("GET", "/api/settings")).body;
    const match = { "if-match": version };
    const changed = await bench.ask("PATCH", "/api/settings", { max_attempts: 3 }, undefined, match);
    expect(changed.status).toBe(200);
    expect((await bench.ask("PATCH", "/api/settings", { max_attempts: 4 }, undefined, match)).status).toBe(412);
    expect((await bench.ask("GET", "/api/settings")).body).toMatchObject({
      max_attempts: 3,
      version: changed.body.version,
    });
  });
});
