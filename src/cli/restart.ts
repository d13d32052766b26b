import { resolveDataDir } from "#config/start-options";
import { sendCommand } from "#supervisor/command-socket";
import { type CommandLine, refuseFurther } from "./parse";
import { requireRunning } from "./running-instance";
import { packageRoot, version } from "./version";

/** Longer than a restart may take: a look at the file, the end of the control process, and readiness. */
const timeoutMs = 260_000;

/** Has the running supervisor replace its processes by those of the files now on disk. */
export async function restart(line: CommandLine): Promise<number> {
  refuseFurther(line.words, 0);
  const dataDir = resolveDataDir(line.flags, packageRoot);
  const running = await requireRunning(dataDir);
  const answer = await sendCommand(running.sockets.supervisor, { type: "restart", version }, timeoutMs).catch(
    (error: Error) => {
      throw new Error(`Cannot restart process ${running.pid}: ${error.message}`, { cause: error });
    },
  );
  if (!answer.ok) throw new Error(`Cannot restart: ${answer.message}; the processes before it go on serving`);
  process.stdout.write(`${answer.message}\n`);
  if (running.version !== version) {
    process.stdout.write(
      `The supervisor itself is still ${running.version}: stop and start to make it ${version} too\n`,
    );
  }
  return 0;
}
