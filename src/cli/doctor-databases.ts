import { readdirSync } from "node:fs";
import { join } from "node:path";
import { damageOf } from "#lib/database-file";
import { quickCheck } from "#store/sqlite/quick-check";
import type { Finding } from "#system/finding";

const remedies: { readonly [name: string]: string } = {
  "config.sqlite":
    "stop, put a backup in its place and start; what is configured holds for as long as the instance lives",
  "logs.sqlite": "ingestion sets it aside and makes one anew; older records are in what is set aside alone",
};

/** Databases that are damaged, and those that were and are set aside. The log is looked at by its first bytes alone: it may be large. */
export function checkDatabases(dataDir: string): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [name, remedy] of Object.entries(remedies)) {
    const problem = problemOf(join(dataDir, name), name === "config.sqlite");
    if (problem !== undefined)
      findings.push({ level: "fail", subject: "database", text: `${name}: ${problem}; ${remedy}` });
  }
  return [...findings, ...asideIn(dataDir)];
}

function problemOf(file: string, thoroughly: boolean): string | undefined {
  const damage = damageOf(file);
  if (damage === undefined) return thoroughly ? quickCheck(file) : undefined;
  return damage === "gone" ? undefined : damage;
}

function asideIn(dataDir: string): readonly Finding[] {
  const aside = filesOf(dataDir).filter((name) => /\.sqlite\.damaged-[^-]+$/.test(name));
  if (aside.length === 0) return [];
  const text = `${aside.join(", ")} set aside as damaged: what can be read of it "sqlite3 FILE .recover" tells; delete it when it is of no use`;
  return [{ level: "warn", subject: "database", text }];
}

function filesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
