/** Runs a program to its end, for at most 30 s, and throws with all that it said unless it ends with 0. */
export function runTool(...command: readonly string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { stdin: "ignore", timeout: 30_000 });
  if (exitCode !== 0) throw new Error(`${command.join(" ")} ended with ${exitCode}:\n${stdout}${stderr}`);
  return stdout.toString();
}
