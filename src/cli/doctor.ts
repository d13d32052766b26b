import { resolveStartOptions } from "#config/start-options";
import { isHeld } from "#supervisor/data-lock";
import { readLock } from "#supervisor/lock-file";
import { checkDatabases } from "./doctor-databases";
import { checkFiles } from "./doctor-files";
import { checkInstance } from "./doctor-instance";
import { checkMachine } from "./doctor-machine";
import { checkRunning } from "./doctor-running";
import { checkMasterKey } from "./doctor-secrets";
import { type CommandLine, refuseFurther } from "./parse";
import { packageRoot } from "./version";

/** Looks at the machine and at a running instance. Exit code 1 where something stops Headgate from working. */
export async function doctor(line: CommandLine): Promise<number> {
  refuseFurther(line.words, 0);
  const options = resolveStartOptions(line.flags, packageRoot);
  const lock = readLock(options.dataDir);
  const running = lock !== undefined && (await isHeld(lock)) ? lock : undefined;
  const examined = { options, running };
  const findings = [
    ...checkMachine(examined),
    ...checkFiles(examined),
    ...checkMasterKey(examined),
    ...checkDatabases(options.dataDir),
    ...(await checkInstance(examined)),
    ...(await checkRunning(examined)),
  ];
  for (const { level, subject, text } of findings) {
    process.stdout.write(`${level.padEnd(4)}  ${subject.padEnd(18)}  ${text}\n`);
  }
  return findings.some((finding) => finding.level === "fail") ? 1 : 0;
}
