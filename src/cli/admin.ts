import { OptionError } from "#config/flag";
import { resolveDataDir } from "#config/start-options";
import { stringOf } from "#lib/json";
import { askControl } from "./control-client";
import { type CommandLine, refuseFurther, unknown } from "./parse";
import { packageRoot } from "./version";

export async function admin(line: CommandLine): Promise<number> {
  const [action] = line.words;
  refuseFurther(line.words, 1);
  const asked = action === undefined || !Object.hasOwn(actions, action) ? undefined : actions[action];
  if (asked === undefined) throw new OptionError(unknown("admin command", action ?? "", Object.keys(actions)));
  const answer = await askControl(resolveDataDir(line.flags, packageRoot), { method: "POST", path: asked.path });
  const secret = stringOf(answer, asked.field);
  if (secret === undefined) throw new Error(`Cannot show the ${asked.field}: the answer holds none`);
  process.stdout.write(`${secret}\n`);
  return 0;
}

/** What each asks for, and the field of the answer that it prints. */
const actions: { readonly [action: string]: { readonly path: string; readonly field: string } } = {
  "reset-token": { path: "/api/admin/reset-token", field: "token" },
  link: { path: "/api/sign-in-links", field: "url" },
};
