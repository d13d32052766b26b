import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Headgate, startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";

const launcher = fileURLToPath(new URL("../../bin/headgate", import.meta.url));

test("a master key that is deleted or replaced is put back, or told of, and never made anew over stored secrets", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "headgate-master-"));
  const file = join(dataDir, "master.key");
  let gateway: Headgate | undefined;
  const start = async () => {
    gateway = await startHeadgate({ dataDir });
    return gateway;
  };
  const doctor = () => {
    const { stdout } = spawnSync(launcher, ["doctor", "--data-dir", dataDir, "--port", "0"], { encoding: "utf8" });
    return stdout.split("\n").filter((line) => line.includes("master key"));
  };
  const refused = async (why: RegExp) => {
    expect(await start().catch((error: Error) => error.message)).toMatch(why);
    expect(existsSync(join(dataDir, "headgate.lock"))).toBe(false);
  };
  try {
    const first = await start();
    const key = readFileSync(file, "utf8");
    const provider = { id: "kept", dialect: "openai-chat", base_url: "http://127.0.0.1:9/v1" };
    expect((await first.admin("POST", "/api/providers", provider)).status).toBe(201);
    expect(doctor()).toEqual([expect.stringMatching(/^ok/)]);

    // While it runs: a reload reads it no more, and the file is there again soon.
    rmSync(file);
    first.reload({});
    await waitUntil("the file", () => existsSync(file));
    expect(readFileSync(file, "utf8")).toBe(key);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(file, "b".repeat(64));
    await waitUntil("a word of it", () => first.output().includes("The master key in the file is another by now"));
    expect(doctor()).toEqual([expect.stringMatching(/^fail .*not the one/)]);
    expect((await first.admin("GET", "/api/providers")).status).toBe(200);
    await first.stop();

    await refused(/the master key of .* is not the one they were stored with/);
    rmSync(file);
    expect(doctor()).toEqual([expect.stringMatching(/^fail .*is gone/)]);
    for (let round = 0; round < 2; round++) await refused(/the master key .* is gone; put it back/);
    expect(existsSync(file)).toBe(false);

    writeFileSync(file, key, { mode: 0o600 });
    const again = await start();
    expect(await (await again.admin("GET", "/api/providers")).text()).toContain('"kept"');
  } finally {
    await gateway?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 240_000);
