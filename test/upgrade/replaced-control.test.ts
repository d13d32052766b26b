import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isObject, type JsonObject, tryParseJson } from "#lib/json";
import { bunBinary } from "../harness/bun-binary.ts";
import { type Headgate, startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";

const root = join(import.meta.dir, "..", "..");

/** A copy of this version's program, which becomes another version while it runs. */
function copiedProgram() {
  const directory = mkdtempSync(join(tmpdir(), "hg-program-"));
  for (const part of ["src", "package.json", "tsconfig.json"]) {
    cpSync(join(root, part), join(directory, part), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
  const release = join(directory, "src", "channel", "release.ts");
  return {
    main: join(directory, "src", "main.ts"),
    becomeNewer: () => {
      const text = readFileSync(release, "utf8");
      writeFileSync(
        release,
        text.replace(/channelProtocol = (\d+)/, (_, number) => `channelProtocol = ${number}000`),
      );
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

test("workers go on under a control plane of a newer version, and headgate restart replaces them", async () => {
  using program = copiedProgram();
  const gateway = await startHeadgate({ program: program.main, workers: 2 });
  try {
    const { id = "", value: key = "" } = await json(await gateway.admin("POST", "/api/virtual-keys", { name: "lost" }));
    expect(await served(gateway, `${key}`)).toBe(200);

    program.becomeNewer();
    await gateway.kill("control");
    await waitUntil("the newer control plane", () => refusals(gateway) === 2);
    expect(await served(gateway)).toBe(200);

    const change = { alias: "smart", targets: [{ model: "demo/echo" }] };
    const answer = await gateway.admin("POST", "/api/routes", change);
    expect(answer.status).toBe(503);
    expect((await json(answer)).detail).toMatch(
      /it is stored, but worker \d \(version .*\), worker \d .*headgate restart/,
    );
    expect((await gateway.admin("GET", "/api/routes/smart")).status).toBe(200);
    expect(await served(gateway, gateway.key, "smart")).toBe(404);

    expect((await gateway.admin("DELETE", `/api/virtual-keys/${id}`)).status).toBe(503);
    for (let request = 0; request < 10; request++) expect(await served(gateway, `${key}`)).toBe(401);
    expect(await served(gateway)).toBe(200);

    const restart = ["restart", "--data-dir", gateway.dataDir];
    expect(spawnSync(bunBinary(), [program.main, ...restart], { encoding: "utf8" })).toMatchObject({ status: 0 });
    // The old ones may still answer on connections that were open.
    await waitUntil("new workers", async () => (await served(gateway, gateway.key, "smart")) === 200);
    let tries = 0;
    await waitUntil("a change that every worker has", async () => {
      const route = { ...change, alias: `after-${tries++}` };
      return (await gateway.admin("POST", "/api/routes", route)).status === 201;
    });
  } finally {
    await gateway.stop();
  }
}, 240_000);

/** The status that a request with a virtual key is answered. */
async function served(gateway: Headgate, key = gateway.key, model = "demo/echo"): Promise<number> {
  const body = { model, messages: [{ role: "user", content: "hi" }] };
  const response = await gateway.post("/v1/chat/completions", body, { authorization: `Bearer ${key}` });
  await response.arrayBuffer();
  return response.status;
}

/** How many workers the control plane found to be of another version. */
function refusals(gateway: Headgate): number {
  return gateway.logs().filter(({ text }) => text.includes("A worker cannot read snapshots of this version")).length;
}

async function json(response: Response): Promise<JsonObject> {
  const body = tryParseJson(await response.text());
  return isObject(body) ? body : {};
}
