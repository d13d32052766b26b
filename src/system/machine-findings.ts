import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { assertLocalFileSystem } from "#ledger/local-file-system";
import { messageOf } from "#lib/message-of";
import { openFilesLimit } from "#lib/open-files";
import { diskSpace } from "#telemetry/disk-space";
import type { Finding } from "./finding";

/** What can be told of the machine, whether an instance runs or not. @param wantedBun The version that Headgate is tested with. */
export function machineFindings(dataDir: string, wantedBun: string): readonly Finding[] {
  const journal = join(dataDir, "journal");
  // It may lie on a disk of its own.
  const journalSpace = isOtherDisk(journal, dataDir) ? [freeSpace(journal, "journal's disk")] : [];
  return [
    bun(wantedBun),
    dataDirectory(dataDir),
    freeSpace(dataDir, "disk space"),
    ...journalSpace,
    clock(),
    openFiles(),
    ...migrateRequests(),
  ];
}

function bun(wantedBun: string): Finding {
  if (process.versions.bun === wantedBun)
    return { level: "ok", subject: "bun", text: `${wantedBun}, ${process.execPath}` };
  return { level: "warn", subject: "bun", text: `${process.versions.bun}, tested with ${wantedBun}: run npm install` };
}

function dataDirectory(dataDir: string): Finding {
  const subject = "data directory";
  const directory = nearestExisting(dataDir);
  try {
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    assertLocalFileSystem(directory);
  } catch (error) {
    return { level: "fail", subject, text: `${messageOf(error)}; choose another with --data-dir` };
  }
  const state = directory === dataDir ? "writable and local" : "to be made by the first start";
  return { level: "ok", subject, text: `${dataDir}, ${state}` };
}

const leastFreeBytes = 200e6;
const fairFreeBytes = 2e9;

function isOtherDisk(directory: string, other: string): boolean {
  return existsSync(directory) && statSync(directory).dev !== statSync(other).dev;
}

function freeSpace(dataDir: string, subject: string): Finding {
  const { freeBytes: free } = diskSpace(nearestExisting(dataDir));
  const text = `${(free / 1e9).toFixed(1)} GB free`;
  if (free < leastFreeBytes) return { level: "fail", subject, text: `${text}: 0.2 GB are needed, make room` };
  if (free < fairFreeBytes) return { level: "warn", subject, text: `${text}: make room, a full disk refuses requests` };
  return { level: "ok", subject, text };
}

const releasedMs = Date.UTC(2026, 0, 1);

function clock(): Finding {
  const now = new Date();
  if (now.getTime() > releasedMs) return { level: "ok", subject: "clock", text: now.toISOString() };
  return {
    level: "fail",
    subject: "clock",
    text: `${now.toISOString()} is in the past: set the clock, budgets and expiry need it`,
  };
}

const fairOpenFiles = 4096;

/** Every running request takes two: the client's connection and the provider's. */
function openFiles(): Finding {
  const subject = "open files";
  const limit = openFilesLimit();
  const text = Number.isFinite(limit) ? String(limit) : "unlimited";
  if (limit >= fairOpenFiles) return { level: "ok", subject, text: `up to ${text}` };
  return { level: "warn", subject, text: `up to ${text}, a request takes two: raise it with "ulimit -n 65536"` };
}

const migrateFile = "/proc/sys/net/ipv4/tcp_migrate_req";

/** What waits in the queue of a listener of a process that dies is reset without it. Linux only, since 5.14. */
function migrateRequests(): readonly Finding[] {
  if (!existsSync(migrateFile)) return [];
  const subject = "tcp_migrate_req";
  if (readFileSync(migrateFile, "utf8").trim() === "1")
    return [{ level: "ok", subject, text: "1, a process that dies loses no connection that waits" }];
  const text = "0, a process that dies resets the connections that wait for it: sysctl -w net.ipv4.tcp_migrate_req=1";
  return [{ level: "warn", subject, text }];
}

function nearestExisting(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearestExisting(dirname(path));
}
