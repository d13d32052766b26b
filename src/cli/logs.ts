import { OptionError } from "#config/flag";
import { resolveDataDir } from "#config/start-options";
import { isObject, type JsonObject, numberOf, stringOf, tryParseJson } from "#lib/json";
import { createSseParser } from "#lib/sse-parser";
import { askControl, followControl, pagesOf } from "./control-client";
import { limitOf } from "./limit-flag";
import { logFilterFlags } from "./log-flags";
import { type CommandLine, refuseFurther, unknown } from "./parse";
import { packageRoot } from "./version";

const path = "/api/logs";
const pageSize = 200;
const reconnectMs = 1000;

type Flags = CommandLine["flags"];

/** `logs search`, `logs tail`: records of the running instance, one a line. */
export async function logs(line: CommandLine): Promise<number> {
  const [action] = line.words;
  refuseFurther(line.words, 1);
  const dataDir = resolveDataDir(line.flags, packageRoot);
  switch (action) {
    case "search":
      return search(dataDir, line.flags);
    case "tail":
      return tail(dataDir, line.flags);
    default:
      throw new OptionError(unknown("logs command", action ?? "", ["search", "tail"]));
  }
}

/** Newest first, as many as there are unless a limit is given. */
async function search(dataDir: string, flags: Flags): Promise<number> {
  const query = new URLSearchParams([["limit", String(pageSize)], ...rangeOf(flags), ...filtersOf(flags)]);
  let left = limitOf(flags) ?? Number.POSITIVE_INFINITY;
  if (left === 0) return 0;
  for await (const record of pagesOf(dataDir, `${path}?${query}`)) {
    print(record, flags);
    if (--left <= 0) break;
  }
  return 0;
}

/**
 * The last records, then each that is added, until it is interrupted. A record is added when its request has ended. A
 * stream that ends (the control plane is replaced) is opened again.
 */
async function tail(dataDir: string, flags: Flags): Promise<number> {
  const filters = filtersOf(flags);
  await printLast(dataDir, flags, filters);
  for (;;) {
    const parser = createSseParser();
    for await (const chunk of followControl(dataDir, `${path}/tail?${new URLSearchParams(filters)}`)) {
      for (const { event, data } of parser.push(chunk)) {
        const value = tryParseJson(data);
        if (!isObject(value)) continue;
        if (event === "record") print(value, flags);
        else
          process.stderr.write(`${numberOf(value, "dropped") ?? "Some"} records were left out: they came too fast\n`);
      }
    }
    await Bun.sleep(reconnectMs);
  }
}

async function printLast(dataDir: string, flags: Flags, filters: [string, string][]): Promise<void> {
  const last = Math.min(limitOf(flags) ?? 10, 1000);
  if (last === 0) return;
  const query = new URLSearchParams([["limit", String(last)], ...filters]);
  const { data } = await askControl(dataDir, { method: "GET", path: `${path}?${query}` });
  const page = Array.isArray(data) ? data.filter(isObject) : [];
  for (const record of page.reverse()) print(record, flags);
}

function rangeOf({ from, to }: Flags): [string, string][] {
  const range: [string, string][] = [];
  if (from !== undefined) range.push(["from", from]);
  if (to !== undefined) range.push(["to", to]);
  return range;
}

function filtersOf(flags: Flags): [string, string][] {
  return logFilterFlags.flatMap(({ name }): [string, string][] => {
    const value = flags[name];
    return value === undefined ? [] : [[name.replaceAll("-", "_"), value]];
  });
}

/** JSON for programs, a line to read for people. */
function print(record: JsonObject, flags: Flags): void {
  const asJson = flags.json !== undefined || !process.stdout.isTTY;
  process.stdout.write(`${asJson ? JSON.stringify(record) : readable(record)}\n`);
}

function readable(record: JsonObject): string {
  const text = (name: string) => stringOf(record, name) ?? "";
  const served = text("provider") === "" ? text("asked_model") : `${text("provider")}/${text("model")}`;
  const cost = text("cost_usd") === "" ? "" : `$${text("cost_usd")}`;
  const words = [
    text("started_at"),
    String(numberOf(record, "status") ?? ""),
    text("outcome").padEnd(11),
    `${Math.round(numberOf(record, "duration_ms") ?? 0)} ms`.padStart(9),
    served,
    text("key_name"),
    cost,
    text("error_code"),
    text("id"),
  ];
  return words.filter((word) => word !== "").join("  ");
}
