import { expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { browserFile, faultsAt } from "../dashboard/browser";
import { temporaryDirectory } from "./started";

setDefaultTimeout(240_000);

const root = join(import.meta.dir, "..", "..");

function run(command: readonly string[], cwd: string): string {
  const result = Bun.spawnSync([...command], { cwd, stdin: "ignore" });
  if (!result.success) throw new Error(`${command.join(" ")}: ${result.stderr}`);
  return result.stdout.toString();
}

/** Starts in an empty folder, where a .env must not matter, asks the demo provider, opens the dashboard and stops. */
async function getsAnAnswer(command: readonly string[], directory: string): Promise<void> {
  await Bun.write(join(directory, ".env"), "HEADGATE_PORT=1\n");
  const flags = ["--port", "0", "--workers", "1", "--data-dir", join(directory, "state")];
  const gateway = Bun.spawn([...command, ...flags], { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  const log = new Response(gateway.stderr).text();
  try {
    const { value } = await gateway.stdout.getReader().read();
    const url = /listens on (\S+)/.exec(Buffer.from(value ?? []).toString())?.[1];
    const [name = ""] = readdirSync(join(directory, "state")).filter((file) => file.endsWith(".txt"));
    const secrets = await Bun.file(join(directory, "state", name)).text();
    const key = /hg-\w+/.exec(secrets)?.[0];
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "demo/echo", messages: [{ role: "user", content: "packed" }] }),
    });
    expect(await response.text()).toContain("packed");
    if (browserFile !== undefined) expect(await faultsAt(url ?? "", /hga-\w+/.exec(secrets)?.[0] ?? "")).toEqual([]);
    gateway.kill("SIGTERM");
    expect(await gateway.exited).toBe(0);
    expect(await log).not.toMatch(/"level":"(warn|error)"/);
  } finally {
    gateway.kill("SIGKILL");
  }
}

test("the packed tarball runs when npm has installed it as a dependency", async () => {
  using directory = temporaryDirectory();
  const tarball = run(["npm", "pack", "--silent", "--pack-destination", directory.path], root).trim();
  const modules = join(directory.path, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  run(["tar", "xzf", join(directory.path, tarball)], directory.path);
  cpSync(join(directory.path, "package"), join(modules, "headgate"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules")).filter((entry) => !entry.startsWith("."))) {
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  symlinkSync("../headgate/bin/headgate", join(modules, ".bin", "headgate"));
  await getsAnAnswer([join(modules, ".bin", "headgate")], directory.path);
});

test("the packed tarball holds neither tests nor fixtures", () => {
  const [packed] = JSON.parse(run(["npm", "pack", "--dry-run", "--json"], root));
  const paths: string[] = packed.files.map((file: { readonly path: string }) => file.path);
  expect(paths).toContain("bin/headgate");
  expect(paths.filter((path) => /\.test\.ts$|fixtures|^test|^bench|^data/.test(path))).toEqual([]);
});

test("npm run build:binary makes one file that runs from an empty folder", async () => {
  using directory = temporaryDirectory();
  const binary = join(directory.path, "headgate");
  run(["node", join(root, "scripts", "build-binary.mjs"), binary], root);
  await getsAnAnswer([binary], directory.path);
});
