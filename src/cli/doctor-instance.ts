import { existsSync } from "node:fs";
import { join } from "node:path";
import { LedgerFile } from "#ledger/ledger-file";
import { ownerWord } from "#ledger/owner";
import { messageOf } from "#lib/message-of";
import { answers } from "#supervisor/command-socket";
import type { LockFile } from "#supervisor/lock-file";
import type { Finding } from "#system/finding";
import { askInstance, instanceUrl } from "./ask-instance";
import { statusText } from "./catalog";
import { askControl } from "./control-client";
import type { Examined } from "./examined";

/** What runs in the data directory, and the files that it left there. */
export async function checkInstance({ options, running }: Examined): Promise<readonly Finding[]> {
  const ledger = ledgerLayout(join(options.dataDir, "ledger"));
  if (running === undefined)
    return [ledger, { level: "ok", subject: "instance", text: "none runs in this data directory" }];
  return [ledger, await sockets(running), await health(running), await catalogOf(options.dataDir)];
}

function ledgerLayout(file: string): Finding {
  const subject = "ledger";
  if (!existsSync(file)) return { level: "ok", subject, text: "to be made by the first start" };
  try {
    new LedgerFile(file, ownerWord({ role: "supervisor", generation: 0 }));
    return { level: "ok", subject, text: "of this layout" };
  } catch (error) {
    const reason = messageOf(error);
    return { level: "warn", subject, text: `${reason}: the next start makes it anew from the last checkpoint` };
  }
}

async function sockets(running: LockFile): Promise<Finding> {
  const paths = [running.sockets.supervisor, running.sockets.control];
  const answering = await Promise.all(paths.map(answers));
  const silent = paths.filter((_, index) => answering[index] !== true);
  if (silent.length === 0) return { level: "ok", subject: "sockets", text: "supervisor and control answer" };
  return {
    level: "fail",
    subject: "sockets",
    text: `nobody answers on ${silent.join(", ")}: see the log, then "headgate restart"`,
  };
}

async function catalogOf(dataDir: string): Promise<Finding> {
  const subject = "catalog";
  try {
    const status = await askControl(dataDir, { method: "GET", path: "/api/catalog" });
    const [holds = "", ...wrong] = statusText(status).split("\n");
    return { level: wrong.length > 0 ? "warn" : "ok", subject, text: [holds, ...wrong].join("; ") };
  } catch (error) {
    return { level: "warn", subject, text: `cannot be asked for: ${messageOf(error)}` };
  }
}

async function health(running: LockFile): Promise<Finding> {
  const subject = "instance";
  const url = instanceUrl(running, "/readyz");
  const who = `process ${running.pid}, version ${running.version}`;
  try {
    const response = await askInstance(url);
    if (response.ok) return { level: "ok", subject, text: `${who}, ready` };
    return { level: "fail", subject, text: `${who}, not ready: ${(await response.text()).slice(0, 200)}` };
  } catch (error) {
    const reason = messageOf(error);
    return { level: "fail", subject, text: `${who}, no answer from ${url}: ${reason}` };
  }
}
