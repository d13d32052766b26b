import { OptionError } from "#config/flag";
import { resolveDataDir } from "#config/start-options";
import { arrayOf, isObject, type JsonObject, numberOf, objectOf, stringOf } from "#lib/json";
import { statusText } from "./catalog";
import { askControl, pagesOf, queryOf } from "./control-client";
import type { ListName } from "./list-flags";
import { type CommandLine, refuseFurther, unknown } from "./parse";
import { tableText } from "./table";
import { packageRoot } from "./version";

/** What `providers list`, `routes list` and `models list` show of a running instance. */
type ConfiguredList = {
  readonly path: string;
  readonly head: readonly string[];
  readonly row: (entry: JsonObject) => readonly string[];
  /** Parameters of the list, out of the flags. */
  readonly query?: (flags: CommandLine["flags"]) => { readonly [name: string]: string | undefined };
};

const lists: { readonly [name in ListName]: ConfiguredList } = {
  providers: {
    path: "/api/providers",
    head: ["ID", "KEYS", "DIALECTS", "BASE URL", "DECLARED IN"],
    row: (provider) => [
      stringOf(provider, "id") ?? "",
      keysText(provider),
      joined(arrayOf(provider, "dialects").map((each) => (isObject(each) ? stringOf(each, "name") : undefined))),
      stringOf(provider, "base_url") ?? "",
      sourceOf(provider),
    ],
  },
  routes: {
    path: "/api/routes",
    head: ["ALIAS", "TARGETS", "FALLBACKS", "DECLARED IN"],
    row: (route) => [
      stringOf(route, "alias") ?? "",
      joined(arrayOf(route, "targets").map((each) => (isObject(each) ? targetText(each) : undefined))),
      joined(arrayOf(route, "fallbacks").map((each) => (typeof each === "string" ? each : undefined))),
      sourceOf(route),
    ],
  },
  models: {
    path: "/api/models",
    head: ["MODEL", "CONTEXT", "INPUT $/M", "OUTPUT $/M", "LEADS TO"],
    row: (model) => [
      stringOf(model, "id") ?? "",
      String(numberOf(model, "context") ?? "-"),
      priceText(model, "input"),
      priceText(model, "output"),
      joined(arrayOf(model, "targets").map((each) => (typeof each === "string" ? each : undefined))),
    ],
    query: ({ provider, search }) => ({ provider, q: search }),
  },
};

/** Prints a list of the running instance: a table, or with `--json` an entry a line. */
export async function showConfigured(name: ListName, line: CommandLine): Promise<number> {
  const [action = ""] = line.words;
  if (action !== "list") throw new OptionError(unknown(`${name} command`, action, ["list"]));
  refuseFurther(line.words, 1);
  const { path, head, row, query } = lists[name];
  const dataDir = resolveDataDir(line.flags, packageRoot);
  const rows: (readonly string[])[] = [head];
  for await (const entry of pagesOf(dataDir, `${path}?${queryOf({ limit: "200", ...query?.(line.flags) })}`)) {
    if (line.flags.json === undefined) rows.push(row(entry));
    else process.stdout.write(`${JSON.stringify(entry)}\n`);
  }
  if (line.flags.json !== undefined) return 0;
  process.stdout.write(tableText(rows));
  if (name === "models") {
    const holds = await askControl(dataDir, { method: "GET", path: "/api/catalog" });
    process.stderr.write(`${statusText(holds)}\n`);
  }
  return 0;
}

/** Where each key comes from: a reference, or a secret that is stored. */
function keysText(provider: JsonObject): string {
  if (stringOf(provider, "auth") === "none") return "none needed";
  return joined(
    arrayOf(provider, "keys").map((key) => {
      if (!isObject(key)) return undefined;
      const from = stringOf(key, "reference");
      const missing = key.usable === false ? " (not found)" : "";
      return `${stringOf(key, "name")}${from === undefined ? "" : `=${from}`}${missing}`;
    }),
  );
}

function targetText(target: JsonObject): string {
  const weight = numberOf(target, "weight");
  return `${stringOf(target, "model")}${weight === undefined || weight === 1 ? "" : `×${weight}`}`;
}

function priceText(model: JsonObject, field: string): string {
  const price = objectOf(model, "price") ?? {};
  const amount = price[field];
  return typeof amount === "string" || typeof amount === "number" ? String(amount) : "-";
}

/** `headgate check` and the page call the file and the store so. */
function sourceOf(entry: JsonObject): string {
  return stringOf(entry, "source") === "file" ? "file" : "store";
}

function joined(texts: readonly (string | undefined)[]): string {
  const known = texts.filter((text) => text !== undefined);
  return known.length === 0 ? "-" : known.join(", ");
}
