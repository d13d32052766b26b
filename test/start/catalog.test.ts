import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, stringOf, tryParseJson } from "#lib/json";
import { temporaryDirectory } from "../supervisor/started";
import { startGateway } from "./running";

const price = '{"prices":[{"fromMs":0,"price":{"version":"v","input":3000000,"output":6000000}}],"mode":"chat"}';

test("headgate catalog update shows what changes, applies it to running workers, and a restart keeps it", async () => {
  using folder = temporaryDirectory();
  const file = join(folder.path, "catalog.txt");
  writeFileSync(file, `demo\techo-of-tomorrow\t${price}\n`);
  const dataDir = join(folder.path, "data");
  {
    await using gateway = await startGateway([], {}, dataDir);
    const budgets = [{ limit_usd: 1, period: "1d" }];
    const made = tryParseJson(await (await gateway.api("POST", "/api/virtual-keys", { name: "k", budgets })).text());
    const secret = isObject(made) ? stringOf(made, "value") : undefined;
    const ask = async () =>
      await fetch(`${gateway.url}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
        body: JSON.stringify({
          model: "demo/echo-of-tomorrow",
          max_tokens: 9,
          messages: [{ role: "user", content: "a" }],
        }),
      });
    expect((await ask()).status).toBe(403);

    const unconfirmed = gateway.command("catalog", "update", file);
    expect([unconfirmed.code, unconfirmed.out]).toEqual([1, expect.stringContaining("+ demo/echo-of-tomorrow\n")]);
    expect(gateway.command("catalog", "show").out).toContain("shipped with this version");

    const applied = gateway.command("catalog", "update", file, "--yes");
    expect([applied.code, applied.out]).toEqual([0, expect.stringContaining("1 added")]);
    const answer = await ask();
    expect(answer.headers.get("x-headgate-cost")).not.toBeNull();
    expect(gateway.command("models", "list").error).toContain(`1 models, from ${file}`);
    expect(gateway.command("doctor").out).toContain(`1 models, from ${file}`);

    writeFileSync(file, "torn");
    const torn = gateway.command("catalog", "update", file, "--yes");
    expect([torn.code, torn.error]).toEqual([1, expect.stringContaining("torn")]);
  }
  await using again = await startGateway([], {}, dataDir);
  expect(again.command("catalog", "show").out).toContain("1 models, from");
  expect(again.command("catalog", "reset").code).toBe(0);
  expect(again.command("catalog", "show").out).toContain("shipped");
}, 240_000);
