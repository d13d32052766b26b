import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const listening = "0A";

/** Names the process that listens on a TCP port as well as the system lets us see: Linux only, own processes unless root. */
export function describePortHolder(port: number): string {
  const pid = findPortHolder(port);
  if (pid === undefined) return "another process";
  return `process ${pid} (${commandLine(pid)})`;
}

export function findPortHolder(port: number): number | undefined {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return undefined;
  return processIds().find((pid) => holdsAny(pid, inodes));
}

/** Rows of /proc/net/tcp (proc_pid_net(5)): local address and port in hex is field 1, the state 3, the inode 9. */
function listeningInodes(port: number): ReadonlySet<string> {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => read(file).split("\n").slice(1));
  const fields = rows.map((row) => row.trim().split(/\s+/));
  return new Set(
    fields.filter((row) => row[1]?.endsWith(ending) && row[3] === listening).map((row) => `socket:[${row[9]}]`),
  );
}

function processIds(): readonly number[] {
  return entries("/proc").map(Number).filter(Number.isInteger);
}

function holdsAny(pid: number, inodes: ReadonlySet<string>): boolean {
  const directory = `/proc/${pid}/fd`;
  return entries(directory).some((fd) => inodes.has(linkTarget(`${directory}/${fd}`)));
}

/** The program and the file that it runs; other arguments could hold secrets. */
function commandLine(pid: number): string {
  const [program = "", ...words] = read(`/proc/${pid}/cmdline`).split("\0");
  const script = words.find((word) => /^\/.*\.\w+$/.test(word));
  return [program, ...(script === undefined ? [] : [script])].join(" ").slice(0, 200);
}

// A process may end meanwhile, or belong to another user: then nothing can be read of it.
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
function entries(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
