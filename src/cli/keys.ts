import { OptionError, readFlags } from "#config/flag";
import { resolveDataDir } from "#config/start-options";
import { type JsonObject, stringOf } from "#lib/json";
import { askControl, pagesOf, queryOf } from "./control-client";
import { newKeySchema } from "./new-key";
import { type CommandLine, refuseFurther, unknown } from "./parse";
import { tableText } from "./table";
import { packageRoot } from "./version";

const path = "/api/virtual-keys";

/** `keys create`, `keys list`, `keys show|rotate|revoke ID`, on the running instance. */
export async function keys(line: CommandLine): Promise<number> {
  const [action = "", id] = line.words;
  const known = ["create", "list", "show", "rotate", "revoke"];
  if (!known.includes(action)) throw new OptionError(unknown("keys command", action, known));
  const takesId = action !== "create" && action !== "list";
  refuseFurther(line.words, takesId ? 2 : 1);
  const dataDir = resolveDataDir(line.flags, packageRoot);
  if (action === "create") return create(dataDir, line.flags);
  if (action === "list") return list(dataDir, line.flags);
  if (id === undefined) {
    throw new OptionError(`Cannot ${action} a key: its id or name is needed, "headgate keys list" shows them`);
  }
  const keyPath = `${path}/${encodeURIComponent(id)}`;
  switch (action) {
    case "show":
      process.stdout.write(`${JSON.stringify(await askControl(dataDir, { method: "GET", path: keyPath }), null, 2)}\n`);
      return 0;
    case "rotate":
      return rotate(dataDir, keyPath, line.flags);
    default:
      await askControl(dataDir, { method: "DELETE", path: keyPath });
      process.stdout.write(`revoked ${id}\n`);
      return 0;
  }
}

/** Prints the secret alone, so that a script can take it. */
async function create(dataDir: string, flags: CommandLine["flags"]): Promise<number> {
  const body = readFlags(newKeySchema, flags);
  return printSecret(await askControl(dataDir, { method: "POST", path, body }));
}

async function rotate(dataDir: string, keyPath: string, { grace }: CommandLine["flags"]): Promise<number> {
  const body = grace === undefined ? {} : { grace };
  return printSecret(await askControl(dataDir, { method: "POST", path: `${keyPath}/rotate`, body }));
}

function printSecret(answer: JsonObject): number {
  const secret = stringOf(answer, "value");
  if (secret === undefined) throw new Error("Cannot show the new secret: the answer holds none");
  process.stdout.write(`${secret}\n`);
  return 0;
}

async function list(dataDir: string, { team, customer, tag, search }: CommandLine["flags"]): Promise<number> {
  const query = queryOf({ limit: "200", team, customer, tag: tag?.replace("=", ":"), search });
  const rows = [["ID", "NAME", "TEAM", "STATE", "EXPIRES"]];
  for await (const key of pagesOf(dataDir, `${path}?${query}`)) rows.push(row(key));
  process.stdout.write(tableText(rows));
  return 0;
}

function row(key: JsonObject): string[] {
  const state = key.active === false ? "inactive" : "active";
  return [stringOf(key, "id"), stringOf(key, "name"), stringOf(key, "team"), state, stringOf(key, "expires_at")].map(
    (cell) => cell ?? "-",
  );
}
