import { resolveDataDir } from "#config/start-options";
import { messageOf } from "#lib/message-of";
import { askInstance, instanceUrl } from "./ask-instance";
import { type CommandLine, refuseFurther } from "./parse";
import { requireRunning } from "./running-instance";
import { packageRoot } from "./version";

/** Asks a worker of the running instance whether it is alive, for what watches over processes and containers. */
export async function health(line: CommandLine): Promise<number> {
  refuseFurther(line.words, 0);
  const url = instanceUrl(await requireRunning(resolveDataDir(line.flags, packageRoot)), "/healthz");
  const response = await askInstance(url).catch((error: unknown) => {
    throw new Error(`No answer from ${url}: ${messageOf(error)}`, { cause: error });
  });
  if (!response.ok) throw new Error(`No good answer from ${url}: status ${response.status}, needed 200`);
  process.stdout.write(`${url} answers\n`);
  return 0;
}
