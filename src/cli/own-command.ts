/** The command that runs this program again: the single executable itself, or Bun with the same options on main.ts. */
export function ownCommand(): readonly string[] {
  const compiled = Bun.main.startsWith("/$bunfs/");
  return compiled ? [process.execPath] : [process.execPath, ...process.execArgv, Bun.main];
}
