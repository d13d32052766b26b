import { OptionError } from "#config/flag";
import { resolveDataDir } from "#config/start-options";
import { type JsonObject, objectOf, stringOf } from "#lib/json";
import { askControl, pagesOf, queryOf } from "./control-client";
import { limitOf } from "./limit-flag";
import { type CommandLine, refuseFurther, unknown } from "./parse";
import { packageRoot } from "./version";

const path = "/api/audit";

/** `audit list`, `audit verify`, on the running instance. */
export async function audit(line: CommandLine): Promise<number> {
  const [action] = line.words;
  refuseFurther(line.words, 1);
  const dataDir = resolveDataDir(line.flags, packageRoot);
  switch (action) {
    case "list":
      return list(dataDir, line.flags);
    case "verify":
      return verify(dataDir, line.flags);
    default:
      throw new OptionError(unknown("audit command", action ?? "", ["list", "verify"]));
  }
}

/** Newest first, one a line, as the admin API shows them. */
async function list(dataDir: string, flags: CommandLine["flags"]) {
  const { actor, action, resource, from, to } = flags;
  let left = limitOf(flags) ?? Number.POSITIVE_INFINITY;
  if (left === 0) return 0;
  for await (const event of pagesOf(
    dataDir,
    `${path}?${queryOf({ limit: "200", actor, action, resource, from, to })}`,
  )) {
    process.stdout.write(`${JSON.stringify(event)}\n`);
    if (--left <= 0) break;
  }
  return 0;
}

/** Exits with 1 where the chain is broken or does not hold the hash that was asked about. */
async function verify(dataDir: string, { hash }: CommandLine["flags"]): Promise<number> {
  const answer = await askControl(dataDir, { method: "GET", path: `${path}/verify?${queryOf({ hash })}` });
  const broken = objectOf(answer, "broken");
  if (broken !== undefined) {
    throw new Error(
      `The audit chain is broken at event ${broken.position}${idOf(broken)}: ${stringOf(broken, "reason")}`,
    );
  }
  if (answer.found === false) throw new Error("The audit chain does not hold this hash: events are missing at its end");
  if (answer.events === 0) throw new Error("There are no audit events: nothing could be verified");
  const head = stringOf(objectOf(answer, "head") ?? {}, "hash");
  process.stdout.write(`${answer.events} events, the chain is whole, its head is ${head ?? "not there yet"}\n`);
  return 0;
}

/** Of an event that is gone it is not known. */
function idOf(broken: JsonObject): string {
  const id = stringOf(broken, "id") ?? "";
  return id === "" ? "" : ` (${id})`;
}
