import { OptionError, resolveDataDir } from "#config/start-options";
import { isObject, type JsonObject, stringOf } from "#lib/json";
import { askControl, pagesOf } from "./control-client";
import { type CommandLine, refuseFurther, unknown } from "./parse";
import { packageRoot } from "./version";

const path = "/api/logs";
const pageSize = 200;
const pollMs = 1000;

/** `logs search`, `logs tail`: records of the running instance, one a line, as the admin API shows them. */
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
async function search(dataDir: string, { from, to, limit }: CommandLine["flags"]): Promise<number> {
  const times = [from === undefined ? "" : `&from=${encode(from)}`, to === undefined ? "" : `&to=${encode(to)}`];
  let left = readLimit(limit) ?? Number.POSITIVE_INFINITY;
  if (left === 0) return 0;
  for await (const record of pagesOf(dataDir, `${path}?limit=${pageSize}${times.join("")}`)) {
    print(record);
    if (--left <= 0) break;
  }
  return 0;
}

/** The last records, then each that is added, until it is interrupted. A record is added when its request has ended. */
async function tail(dataDir: string, { limit }: CommandLine["flags"]): Promise<number> {
  let known = new Set<string>();
  for (let first = true; ; first = false) {
    const { data } = await askControl(dataDir, { method: "GET", path: `${path}?limit=${pageSize}` });
    const page = Array.isArray(data) ? data.filter(isObject) : [];
    const fresh = page.filter((record) => !known.has(stringOf(record, "id") ?? ""));
    for (const record of fresh.slice(0, first ? (readLimit(limit) ?? 10) : pageSize).reverse()) print(record);
    known = new Set(page.map((record) => stringOf(record, "id") ?? ""));
    await Bun.sleep(pollMs);
  }
}

function readLimit(limit: string | undefined): number | undefined {
  if (limit === undefined || /^\d{1,9}$/.test(limit)) return limit === undefined ? undefined : Number(limit);
  throw new OptionError(`Cannot use --limit: needs a whole number, found "${limit}"`);
}

function print(record: JsonObject): void {
  process.stdout.write(`${JSON.stringify(record)}\n`);
}

function encode(value: string): string {
  return encodeURIComponent(value);
}
