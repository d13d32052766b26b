import { readdirSync, readFileSync } from "node:fs";
import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from "#lib/json";
import { messageOf } from "#lib/message-of";
import { checkConfig } from "#supervisor/check-config";
import type { Finding } from "#system/finding";
import { askControl } from "./control-client";
import type { Examined } from "./examined";
import { ownCommand } from "./own-command";

/** What a running instance can tell of itself: its findings, its file, its clock, its audit chain, its descriptors. */
export async function checkRunning({ options, running }: Examined): Promise<readonly Finding[]> {
  if (running === undefined) return [];
  const { dataDir } = options;
  const asked = await Promise.all([
    attempt("configuration", () => configurationOf(dataDir)),
    attempt("audit", () => auditOf(dataDir)),
    attempt("clock", () => clockOf(dataDir)),
  ]);
  return [...asked.flat(), ...running.children.flatMap(({ pid }) => descriptorsOf(pid))];
}

/** What cannot be asked is told as that: the rest is still looked at. */
async function attempt(subject: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [{ level: "warn", subject, text: `cannot be asked for: ${messageOf(error)}` }];
  }
}

/** The file as a reload would read it, and what is configured and cannot serve. */
async function configurationOf(dataDir: string): Promise<readonly Finding[]> {
  const system = await askControl(dataDir, { method: "GET", path: "/api/system" });
  const file = stringOf(system, "config_file");
  const own = arrayOf(system, "findings").filter(isObject).flatMap(configured);
  try {
    await checkConfig(ownCommand(), file, dataDir);
    return own;
  } catch (error) {
    const text = `${messageOf(error)}; what was read before holds until that is put right`;
    return [{ level: "fail", subject: "configuration", text }, ...own];
  }
}

/** Of the machine doctor has its own. */
function configured(finding: JsonObject): readonly Finding[] {
  const [subject, text] = [stringOf(finding, "subject") ?? "", stringOf(finding, "text") ?? ""];
  const isOurs = finding.level === "warn" && /^(?:provider|route|settings\.|workers)/.test(subject);
  return isOurs ? [{ level: "warn", subject, text }] : [];
}

async function auditOf(dataDir: string): Promise<readonly Finding[]> {
  const verdict = await askControl(dataDir, { method: "GET", path: "/api/audit/verify" });
  const broken = objectOf(verdict, "broken");
  if (broken === undefined) return [];
  const text = `broken at event ${broken.position}: ${stringOf(broken, "reason")}`;
  return [{ level: "fail", subject: "audit chain", text: `${text}; compare it with a backup` }];
}

const aheadMs = 60_000;

/** A clock that was set back has records behind it that were made later. */
async function clockOf(dataDir: string): Promise<readonly Finding[]> {
  const page = await askControl(dataDir, { method: "GET", path: "/api/logs?limit=1" });
  const newest = stringOf(arrayOf(page, "data").find(isObject) ?? {}, "started_at");
  const startedMs = newest === undefined ? Number.NaN : Date.parse(newest);
  if (Number.isNaN(startedMs) || startedMs < Date.now() + aheadMs) return [];
  const text = `behind the newest record (${newest}): it was set back, or was ahead. Budgets stay in the period they had come to`;
  return [{ level: "warn", subject: "clock", text }];
}

const fullShare = 0.8;

/** Linux alone tells. */
function descriptorsOf(pid: number): readonly Finding[] {
  try {
    const open = readdirSync(`/proc/${pid}/fd`).length;
    const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, "utf8"))?.[1]);
    if (!(open >= limit * fullShare)) return [];
    const text = `process ${pid} has ${open} of ${limit}: new requests are refused; raise the hard limit, restart the instance`;
    return [{ level: "fail", subject: "open files", text }];
  } catch {
    return [];
  }
}
