/**
 * Has the program that is on disk now look at the configuration file, as its control process would. Throws the first
 * complaint, while everything still runs.
 */
export async function checkConfig(command: readonly string[], configFile: string | undefined): Promise<void> {
  if (configFile === undefined) return;
  const check = Bun.spawn([...command, "check", configFile], { stdio: ["ignore", "ignore", "pipe"], timeout: 30_000 });
  const complaint = await new Response(check.stderr).text();
  if ((await check.exited) === 0) return;
  throw new Error(complaint.split("\n")[0] || "the configuration file could not be checked");
}
