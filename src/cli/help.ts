import type { Flag } from "#config/flag";
import type { Command } from "./commands";
import { version } from "./version";

export function helpText(commands: readonly Command[], startFlags: readonly Flag[]): string {
  const shown = commands.filter((command) => command.hidden !== true);
  return [
    `Headgate ${version}: an AI gateway in front of every model provider`,
    "",
    "Usage: headgate [command] [flags]",
    "",
    "Commands",
    ...table(shown.map((command) => [`${command.name} ${command.usage}`.trim(), command.summary])),
    "",
    "Flags of the start; each is also a variable, --data-dir is HEADGATE_DATA_DIR",
    ...flagTable(startFlags),
    ...table([
      ["--version", "show the version"],
      ["--help", "show this; after a command, its own flags"],
    ]),
    "",
  ].join("\n");
}

export function commandHelpText(command: Command): string {
  const flags = command.flags.length === 0 ? [] : ["", "Flags", ...flagTable(command.flags)];
  const words = ["headgate", command.name, command.usage, command.flags.length === 0 ? "" : "[flags]"];
  return [`Usage: ${words.filter((word) => word !== "").join(" ")}`, "", command.summary, ...flags, ""].join("\n");
}

function flagTable(flags: readonly Flag[]): readonly string[] {
  return table(
    flags.map((flag) => [
      `--${flag.name} ${flag.value}`,
      flag.default === undefined ? flag.help : `${flag.help} (${flag.default})`,
    ]),
  );
}

const columnWidth = 28;

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  return rows.map(([left, right]) => `  ${left.padEnd(columnWidth)}  ${right}`);
}
