import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveStartOptions } from "#config/start-options";
import type { LockFile } from "#supervisor/lock-file";
import { identityOf } from "#supervisor/process-identity";
import { checkFiles } from "./doctor-files";

test("checkFiles() names torn files, files that are gone under a running instance, and stopped processes", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "headgate-test-"));
  const stopped = Bun.spawn(["sleep", "30"]);
  try {
    const options = resolveStartOptions({ "data-dir": dataDir }, dataDir);
    expect(checkFiles({ options, running: undefined })).toEqual([]);
    writeFileSync(join(dataDir, "headgate.lock"), '{"pid":');
    writeFileSync(join(dataDir, "generation"), "");
    const subjects = checkFiles({ options, running: undefined }).map(({ subject, level }) => [subject, level]);
    expect(subjects).toEqual([
      ["lock file", "warn"],
      ["generation", "warn"],
    ]);
    const own = identityOf(process.pid);
    const other = identityOf(stopped.pid);
    if (own === undefined || other === undefined) throw new Error("No process has an identity");
    const running: LockFile = {
      ...own,
      format: 1,
      boot: "",
      version: "0.0.0",
      generation: 1,
      host: "127.0.0.1",
      port: 1,
      tls: false,
      since: "",
      sockets: { control: "", snapshot: "", supervisor: "" },
      children: [
        { ...own, generation: 1 },
        { ...other, generation: 1, index: 0 },
      ],
    };
    writeFileSync(join(dataDir, "ledger"), "");
    const found = checkFiles({ options, running }).find(({ subject }) => subject === "files");
    expect(found).toMatchObject({
      level: "fail",
      text: expect.stringContaining("journal, config.sqlite, logs.sqlite"),
    });
    process.kill(stopped.pid, process.platform === "linux" ? "SIGSTOP" : "SIGKILL");
    for (let round = 0; round < 100; round++) {
      if (checkFiles({ options, running }).some(({ subject }) => subject === "processes")) break;
      await Bun.sleep(10);
    }
    const processes = checkFiles({ options, running }).find(({ subject }) => subject === "processes");
    expect(processes?.text).toStartWith(`${stopped.pid} ended or stopped`);
  } finally {
    stopped.kill("SIGKILL");
    rmSync(dataDir, { recursive: true });
  }
});
