import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { gzipSync } from "node:zlib";
import { fetchCatalog } from "#catalog/fetch-catalog";
import { maxCatalogBytes } from "#catalog/read-catalog";
import { OptionError } from "#config/flag";
import { resolveDataDir } from "#config/start-options";
import { arrayOf, isObject, type JsonObject, numberOf, objectOf, stringOf } from "#lib/json";
import { askControl } from "./control-client";
import { type CommandLine, refuseFurther, unknown } from "./parse";
import { packageRoot } from "./version";

/** Shows which catalog of models and prices holds, puts another in its place, or goes back to the shipped one. */
export async function catalog(line: CommandLine): Promise<number> {
  const [action = "", from] = line.words;
  const dataDir = resolveDataDir(line.flags, packageRoot);
  refuseFurther(line.words, action === "update" ? 2 : 1);
  switch (action) {
    case "show":
      return show(dataDir);
    case "update":
      return update(dataDir, from, line.flags);
    case "reset":
      await askControl(dataDir, { method: "DELETE", path: "/api/catalog" });
      process.stdout.write("The shipped catalog holds again\n");
      return 0;
    default:
      throw new OptionError(unknown("catalog command", action, ["show", "update", "reset"]));
  }
}

async function show(dataDir: string): Promise<number> {
  process.stdout.write(`${statusText(await askControl(dataDir, { method: "GET", path: "/api/catalog" }))}\n`);
  return 0;
}

/** One line, and one more where something is wrong. */
export function statusText(status: JsonObject): string {
  const { source = "shipped", name = "", version = "", applied_at: at = "", error } = status;
  const from = source === "shipped" ? "shipped with this version" : `from ${name}, applied ${at}`;
  const first = `catalog ${String(version).slice(0, 12)}, ${numberOf(status, "models") ?? 0} models, ${from}`;
  return typeof error === "string" ? `${first}\n${error}` : first;
}

async function update(dataDir: string, from: string | undefined, flags: CommandLine["flags"]): Promise<number> {
  if (from === undefined) throw new OptionError("Cannot update: headgate catalog update FILE|URL");
  const text = await read(from, flags);
  const body = { gzip: gzipSync(text).toString("base64"), name: from };
  const proposed = await askControl(dataDir, {
    method: "POST",
    path: "/api/catalog",
    body: { ...body, dry_run: true },
  });
  process.stdout.write(changesText(proposed));
  if (flags.yes === undefined && !(await isConfirmed())) {
    process.stdout.write("Nothing was changed; --yes applies it without asking\n");
    return 1;
  }
  await askControl(dataDir, { method: "POST", path: "/api/catalog", body });
  process.stdout.write("Applied: new requests go by it\n");
  return 0;
}

async function read(from: string, { sha256, "public-key": publicKey }: CommandLine["flags"]): Promise<string> {
  if (!/^https?:\/\//.test(from)) return readFileSync(from, "utf8");
  const pin = { ...(sha256 !== undefined && { sha256 }), ...(publicKey !== undefined && { publicKey }) };
  return fetchCatalog({ url: from, ...pin }).catch((error: Error) => {
    throw new Error(`Cannot fetch ${from}: ${error.message} (at most ${maxCatalogBytes} bytes are taken)`, {
      cause: error,
    });
  });
}

function changesText(proposed: JsonObject): string {
  const counts = objectOf(proposed, "counts") ?? {};
  const { added = 0, removed = 0, changed = 0 } = counts;
  const lines = [
    ...texts(proposed, "added").map((model) => `+ ${model}`),
    ...texts(proposed, "removed").map((model) => `- ${model}`),
    ...arrayOf(proposed, "changed").flatMap((each) =>
      isObject(each) ? [`~ ${stringOf(each, "model")}: ${texts(each, "what").join(", ")}`] : [],
    ),
  ];
  const total = Number(added) + Number(removed) + Number(changed);
  const left = total > lines.length ? [`… and ${total - lines.length} more`] : [];
  const sum = `${added} added, ${removed} removed, ${changed} changed, of ${numberOf(proposed, "models") ?? 0} models`;
  return [...lines, ...left, sum, ""].join("\n");
}

function texts(value: JsonObject, field: string): readonly string[] {
  return arrayOf(value, field).filter((each) => typeof each === "string");
}

async function isConfirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const asked = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await asked.question("Apply it? [y/N] ");
  asked.close();
  return /^y(es)?$/i.test(answer.trim());
}
