import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readEnvironment } from "#config/environment";
import { opensWith } from "#store/config/sqlite/opens-with";
import type { Finding } from "#system/finding";
import type { Examined } from "./examined";

/** Whether what is stored could be opened by a start as this one. Nothing where nothing is stored yet. */
export function checkMasterKey({ options: { dataDir } }: Examined): readonly Finding[] {
  const file = join(dataDir, "master.key");
  const database = join(dataDir, "config.sqlite");
  const given = readEnvironment().HEADGATE_MASTER_KEY ?? "";
  if (!existsSync(database)) return [];
  const subject = "master key";
  if (given === "" && !existsSync(file))
    return [{ level: "fail", subject, text: `${file} is gone: put it back from a backup, or set HEADGATE_MASTER_KEY` }];
  const [key, origin] = given === "" ? [readFileSync(file, "utf8"), file] : [given, "HEADGATE_MASTER_KEY"];
  const opens = opensWith(database, key.trim());
  if (opens === undefined) return [];
  if (opens) return [{ level: "ok", subject, text: `${origin} opens what is stored` }];
  return [
    { level: "fail", subject, text: `${origin} is not the one that ${database} was sealed with: put that one back` },
  ];
}
