import { stringify } from "yaml";
import type { ConfigFile } from "./schema";

/** A configuration file's text, under comment lines. What it holds passes the schema again. */
export function writeConfig(config: ConfigFile, comment: readonly string[]): string {
  const lines = comment.map((line) => `# ${line}\n`).join("");
  const text = stringify(config, { aliasDuplicateObjects: false, lineWidth: 120 });
  return Object.keys(config).length === 0 ? lines : `${lines}\n${text}`;
}
