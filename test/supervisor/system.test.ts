import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startGateway } from "../start/running";
import { temporaryDirectory, until } from "./started";

setDefaultTimeout(240_000);

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into as they come
async function read(response: Response): Promise<any> {
  return response.json();
}

const authorization = { authorization: "Bearer test-admin-token" };

test("GET /api/system shows processes, versions, storage and findings of a running instance", async () => {
  await using gateway = await startGateway();
  const system = await read(await gateway.api("GET", "/api/system"));
  const roles = system.processes.map(({ role, index }: { role: string; index?: number }) => `${role} ${index ?? ""}`);
  expect(roles.toSorted()).toEqual(["control ", "supervisor ", "worker 0"]);
  if (process.platform === "linux") {
    for (const { memory_bytes: memory, cpu_s: cpu, uptime_s: up } of system.processes) {
      expect(memory).toBeGreaterThan(10_000_000);
      expect(cpu).toBeGreaterThan(0);
      expect(up).toBeLessThan(600);
    }
  }
  expect(system.data_dir).toBe(gateway.dataDir);
  expect(system.versions).toMatchObject({ protocol: 1, log_schema: expect.any(Number) });
  expect(system.workers).toEqual({ ready: 1, wanted: 1, outdated: 0 });
  expect(system.storage.configuration_bytes).toBeGreaterThan(0);
  expect(system.storage.disk_free_bytes).toBeLessThan(system.storage.disk_size_bytes);
  const subjects = system.findings.map(({ subject }: { subject: string }) => subject);
  expect(subjects).toContain("data directory");
  expect(subjects).toContain("disk space");
});

test("a restart and a reload are asked for over the API, and refused in words where the file is wrong", async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, "headgate.yaml");
  writeFileSync(file, "routes: [{ alias: smart, targets: [{ model: demo/echo }] }]");
  await using gateway = await startGateway(["--config", file]);
  const generations = async () => {
    const response = await gateway.api("GET", "/api/system").catch(() => undefined);
    const { processes = [] } = response?.ok ? await read(response) : {};
    return processes.map(({ generation }: { generation?: number }) => generation);
  };
  const first = Math.max(...(await generations()).filter(Number));
  const { body } = await ask("reload");
  expect(body.message).toContain("was read");
  const { body: found } = await ask("", "GET");
  expect(found.findings).not.toContainEqual(expect.objectContaining({ subject: "route smart" }));

  writeFileSync(file, "routes: 7");
  for (const order of ["reload", "restart"]) {
    const refused = await ask(order);
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toContain("routes");
  }
  writeFileSync(file, "settings: { allow_empty: true }\n");
  expect((await ask("restart")).status).toBe(202);
  await until(async () => (await generations()).includes(first + 1));
  const { data } = await read(await gateway.api("GET", "/api/audit?resource=system"));
  expect(data.map(({ action }: { action: string }) => action)).toEqual(["system.restart", "system.reload"]);

  async function ask(order: string, method = "POST") {
    const path = order === "" ? "/api/system" : `/api/system/${order}`;
    const response = await gateway.api(method, path, undefined, authorization);
    return { status: response.status, body: await read(response) };
  }
});

test("a drain over the API answers, and then stops the instance", async () => {
  await using gateway = await startGateway();
  expect((await gateway.api("POST", "/api/system/drain")).status).toBe(202);
  expect(await gateway.process.exited).toBe(0);
});
