import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readLock } from "#supervisor/lock-file";
import { temporaryDirectory } from "../supervisor/started";
import { runLauncher, startGateway } from "./running";

/** A start that fails: one line, an exit code, and nothing of it left running. */
function expectRefusal(dataDir: string, flags: readonly string[], message: string, code = 1): void {
  const result = runLauncher(["--port", "0", "--workers", "1", "--data-dir", dataDir, ...flags]);
  const lines = result.error.trim().split("\n");
  const told = lines.filter((line) => !line.startsWith("{"));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(message);
  expect({ code: result.code, out: result.out }).toEqual({ code, out: "" });
  expect(readLock(dataDir)).toBeUndefined();
}

test("a start refuses what it cannot serve with, in one line", () => {
  using directory = temporaryDirectory();
  const file = (name: string, text: string) => {
    writeFileSync(join(directory.path, name), text);
    return join(directory.path, name);
  };
  const data = join(directory.path, "data");
  expectRefusal(data, ["--config", join(directory.path, "none.yaml")], "there is no such file");
  const unknownKey = file("unknown.yaml", "providers:\n  demo: {}\nrotues: []\n");
  expectRefusal(data, ["--config", unknownKey], `${unknownKey}:3:1: rotues: unknown key, did you mean "routes"?`);
  const unset = file("unset.yaml", 'virtual_keys: [{ name: a, value: "env:HEADGATE_TEST_UNSET" }]\n');
  expectRefusal(data, ["--config", unset], "environment variable HEADGATE_TEST_UNSET is not set");
  expectRefusal(file("file", ""), [], "make it writable for this user or choose another with --data-dir");
  expectRefusal(data, ["further"], 'Cannot use "further"', 2);
  expectRefusal(data, ["--tls-cert", unset], "--tls-key is needed too", 2);
});

test("a start that finds the admin port taken names who holds it, before it makes any secret", () => {
  using directory = temporaryDirectory();
  const holder = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const data = join(directory.path, "data");
  expectRefusal(data, ["--admin-listen", `127.0.0.1:${holder.port}`], `taken by process ${process.pid} (`);
  expectRefusal(data, ["--admin-listen", `127.0.0.1:${holder.port}`], "another port with --admin-listen");
  expect(Array.from(new Bun.Glob("*.{txt,sqlite}").scanSync(data))).toEqual([]);
  holder.stop(true);
});

/** Without one a start beside a database says that it is gone. */
const masterKey = "a".repeat(64);

test("a start names the database that it cannot read", () => {
  using directory = temporaryDirectory();
  for (const name of ["config.sqlite", "logs.sqlite"]) {
    const data = join(directory.path, name);
    mkdirSync(data);
    writeFileSync(join(data, "master.key"), masterKey);
    writeFileSync(join(data, name), "this is no database, whatever its name says");
    expectRefusal(data, [], `Cannot use the database ${join(data, name)}: file is not a database`);
  }
});

test("a start refuses a database that a newer version made, and says what to do", () => {
  using directory = temporaryDirectory();
  for (const name of ["config.sqlite", "logs.sqlite"]) {
    const data = join(directory.path, name);
    mkdirSync(data);
    writeFileSync(join(data, "master.key"), masterKey);
    const database = new Database(join(data, name));
    database.run("PRAGMA user_version = 999");
    database.close();
    const told = `Cannot use ${join(data, name)}: a newer Headgate made its schema version 999`;
    expectRefusal(data, [], told);
    expectRefusal(data, [], "start the newer one, or restore a backup of the data directory from before the upgrade");
  }
});

test("a port that an instance of Headgate holds is taken by that program", async () => {
  await using gateway = await startGateway();
  using directory = temporaryDirectory();
  const port = new URL(gateway.url).port;
  expectRefusal(join(directory.path, "data"), ["--port", port], "src/main.ts); stop it or choose another");
});
