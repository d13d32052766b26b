import { readEnvironment } from "#config/environment";

/**
 * Has the program that is on disk now look at the configuration file, as its control process would, also at what the file
 * before it declared. Throws the first complaint, while everything still runs.
 */
export async function checkConfig(
  command: readonly string[],
  configFile: string | undefined,
  dataDir: string,
): Promise<void> {
  if (configFile === undefined) return;
  const check = Bun.spawn([...command, "check", configFile], {
    // Not as a flag: an earlier program does not know it.
    env: { ...readEnvironment(), HEADGATE_DATA_DIR: dataDir },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 60_000,
  });
  const complaint = await new Response(check.stderr).text();
  if ((await check.exited) === 0) return;
  throw new Error(
    complaint.split("\n")[0]?.replace(/^headgate: /, "") || "the configuration file could not be checked",
  );
}
