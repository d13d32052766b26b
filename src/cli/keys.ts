import { OptionError, resolveDataDir } from "#config/start-options";
import { type JsonObject, stringOf } from "#lib/json";
import { askControl, pagesOf } from "./control-client";
import { type CommandLine, refuseFurther, unknown } from "./parse";
import { packageRoot } from "./version";

const path = "/api/virtual-keys";

/** `keys create`, `keys list`, `keys revoke ID`, on the running instance. */
export async function keys(line: CommandLine): Promise<number> {
  const [action, id] = line.words;
  refuseFurther(line.words, action === "revoke" ? 2 : 1);
  const dataDir = resolveDataDir(line.flags, packageRoot);
  switch (action) {
    case "create":
      return create(dataDir, line.flags);
    case "list":
      return list(dataDir);
    case "revoke":
      if (id === undefined)
        throw new OptionError(`Cannot revoke a key: its id is needed, "headgate keys list" shows it`);
      await askControl(dataDir, { method: "DELETE", path: `${path}/${encodeURIComponent(id)}` });
      process.stdout.write(`revoked ${id}\n`);
      return 0;
    default:
      throw new OptionError(unknown("keys command", action ?? "", ["create", "list", "revoke"]));
  }
}

/** Prints the secret alone, so that a script can take it. */
async function create(dataDir: string, flags: CommandLine["flags"]): Promise<number> {
  const { name, team, customer, models, blocked, endpoints, tags } = flags;
  const expiresAt = flags["expires-at"];
  const body = {
    name: name ?? `key-${new Date().toISOString().slice(0, 19).replace(/\D/g, "")}`,
    ...(team !== undefined && { team }),
    ...(customer !== undefined && { customer }),
    ...(tags !== undefined && { tags: readTags(tags) }),
    ...(models !== undefined && { models: listed(models) }),
    ...(blocked !== undefined && { blocked: listed(blocked) }),
    ...(endpoints !== undefined && { endpoints: listed(endpoints) }),
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
  };
  const answer = await askControl(dataDir, { method: "POST", path, body });
  const secret = stringOf(answer, "value");
  if (secret === undefined) throw new Error("Cannot show the new key: the answer holds none");
  process.stdout.write(`${secret}\n`);
  return 0;
}

function listed(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}

function readTags(text: string): JsonObject {
  const pairs = listed(text).map((pair) => {
    const [, label, value] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
    if (label === undefined || value === undefined)
      throw new OptionError(`Cannot use --tags: needs LABEL=VALUE pairs with commas between them, found "${pair}"`);
    return [label, value] as const;
  });
  return Object.fromEntries(pairs);
}

async function list(dataDir: string): Promise<number> {
  const rows = [["ID", "NAME", "TEAM", "STATE", "EXPIRES"]];
  for await (const key of pagesOf(dataDir, `${path}?limit=200`)) rows.push(row(key));
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  for (const cells of rows) {
    const text = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
    process.stdout.write(`${text.trimEnd()}\n`);
  }
  return 0;
}

function row(key: JsonObject): string[] {
  const state = key.active === false ? "inactive" : "active";
  return [stringOf(key, "id"), stringOf(key, "name"), stringOf(key, "team"), state, stringOf(key, "expires_at")].map(
    (cell) => cell ?? "-",
  );
}
