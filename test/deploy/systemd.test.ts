import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployFile, root } from "./deploy-files.ts";
import { runTool } from "./run-tool.ts";

const unit = deployFile("systemd/headgate.service");

test("the unit lets the supervisor end its workers, reloads by SIGHUP and waits longer than the drain", () => {
  const lines = unit.split("\n");
  for (const line of [
    "KillMode=mixed",
    "ExecReload=/bin/kill -HUP $MAINPID",
    "TimeoutStopSec=45",
    "LimitNOFILE=65536",
    "StateDirectory=headgate",
    "NoNewPrivileges=true",
    "ProtectSystem=strict",
  ]) {
    expect(lines).toContain(line);
  }
  // The engine compiles at run time.
  expect(lines.filter((line) => line.startsWith("MemoryDenyWriteExecute="))).toEqual([]);
});

const analyze = Bun.which("systemd-analyze");
if (analyze === null) process.stdout.write("systemd-analyze is not here: its check of the unit is skipped\n");

test.skipIf(analyze === null)("systemd-analyze finds nothing wrong with the unit, and little that is exposed", () => {
  const directory = mkdtempSync(join(tmpdir(), "headgate-unit-"));
  try {
    const file = join(directory, "headgate.service");
    writeFileSync(file, unit.replace("/usr/local/bin/headgate", join(root, "bin/headgate")));
    const result = Bun.spawnSync(["systemd-analyze", "verify", file]);
    expect([result.exitCode, result.stderr.toString()]).toEqual([0, ""]);
    runTool("systemd-analyze", "security", "--offline=true", "--threshold=20", file);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
