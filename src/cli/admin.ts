import { OptionError } from "#config/flag";
import { resolveDataDir } from "#config/start-options";
import { stringOf } from "#lib/json";
import { askControl } from "./control-client";
import { type CommandLine, refuseFurther, unknown } from "./parse";
import { packageRoot } from "./version";

export async function admin(line: CommandLine): Promise<number> {
  const [action] = line.words;
  refuseFurther(line.words, 1);
  if (action !== "reset-token") throw new OptionError(unknown("admin command", action ?? "", ["reset-token"]));
  const dataDir = resolveDataDir(line.flags, packageRoot);
  const answer = await askControl(dataDir, { method: "POST", path: "/api/admin/reset-token" });
  const token = stringOf(answer, "token");
  if (token === undefined) throw new Error("Cannot reset the admin token: the answer holds none");
  process.stdout.write(`${token}\n`);
  return 0;
}
