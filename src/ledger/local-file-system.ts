import { readFileSync, statfsSync } from "node:fs";

/** Throws unless `path` (which must exist) is on a local file system: processes share memory through it, and locks. */
export function assertLocalFileSystem(path: string): void {
  const name = process.platform === "darwin" ? darwinNetworkType(path) : linuxNetworkType(path);
  if (name === undefined) return;
  throw new Error(`Cannot keep data in ${path}: it is on a network file system (${name}), a local disk is needed`);
}

/** Superblock magic numbers, `statfs(2)` and `linux/magic.h`. */
const networkMagics: ReadonlyMap<number, string> = new Map([
  [0x6969, "nfs"],
  [0x517b, "smb"],
  [0xfe534d42, "smb2"],
  [0xff534d42, "cifs"],
  [0x5346414f, "afs"],
  [0x6b414653, "afs"],
  [0x73757245, "coda"],
  [0x564c, "ncp"],
  [0x01021997, "9p"],
  [0x00c36400, "ceph"],
  [0x0bd00bd0, "lustre"],
  [0x01161970, "gfs2"],
  [0x7461636f, "ocfs2"],
]);
const fuseMagic = 0x65735546;
const networkFuse = /^fuse\.(sshfs|s3fs|rclone|gcsfuse|glusterfs|ceph|davfs|goofys|mount-s3|juicefs|cifs|smb|nfs)/;

export function networkTypeOfMagic(magic: number): string | undefined {
  return networkMagics.get(magic >>> 0);
}

/** FUSE has one magic for all, so its subtype is looked up: the mount with the longest path above ours. */
export function networkFuseType(path: string, mountinfo: string): string | undefined {
  let best = { mountPoint: "", type: "" };
  for (const line of mountinfo.split("\n")) {
    const [fields = "", source = ""] = line.split(" - ");
    const mountPoint = fields.split(" ")[4]?.replaceAll("\\040", " ");
    const type = source.split(" ")[0];
    if (mountPoint === undefined || type === undefined || !isInside(path, mountPoint)) continue;
    if (mountPoint.length >= best.mountPoint.length) best = { mountPoint, type };
  }
  return networkFuse.test(best.type) ? best.type : undefined;
}

/** `mount(8)` of macOS prints `device on /path (apfs, local, journaled)`; network mounts lack `local`. */
export function darwinNetworkMount(path: string, mounts: string): string | undefined {
  let best = { mountPoint: "", flags: "local" };
  for (const match of mounts.matchAll(/ on (.+) \((.+)\)$/gm)) {
    const [, mountPoint = "", flags = ""] = match;
    if (isInside(path, mountPoint) && mountPoint.length >= best.mountPoint.length) best = { mountPoint, flags };
  }
  const flags = best.flags.split(", ");
  return flags.includes("local") ? undefined : flags[0];
}

function linuxNetworkType(path: string): string | undefined {
  const magic = statfsSync(path).type >>> 0;
  if (magic !== fuseMagic) return networkTypeOfMagic(magic);
  return networkFuseType(path, readFileSync("/proc/self/mountinfo", "utf8"));
}

function darwinNetworkType(path: string): string | undefined {
  return darwinNetworkMount(path, Bun.spawnSync(["/sbin/mount"]).stdout.toString());
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
