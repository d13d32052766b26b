import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { assertLocalFileSystem, darwinNetworkMount, networkFuseType, networkTypeOfMagic } from "./local-file-system";

test("assertLocalFileSystem() accepts the temporary folder", () => {
  expect(() => assertLocalFileSystem(tmpdir())).not.toThrow();
});

test("networkTypeOfMagic() knows network file systems, also as a negative number, and no local ones", () => {
  expect(networkTypeOfMagic(0x6969)).toBe("nfs");
  expect(networkTypeOfMagic(0xff534d42 | 0)).toBe("cifs");
  expect(networkTypeOfMagic(0x01021997)).toBe("9p");
  expect(networkTypeOfMagic(0xef53)).toBeUndefined();
});

test("networkFuseType() looks at the innermost mount", () => {
  const mounts = [
    "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw",
    "40 22 0:40 / /data rw - fuse.sshfs host:/ rw",
    "41 40 0:41 / /data/local rw - fuse.fuseblk /dev/sdb1 rw",
  ].join("\n");
  expect(networkFuseType("/data/x", mounts)).toBe("fuse.sshfs");
  expect(networkFuseType("/data/local/x", mounts)).toBeUndefined();
  expect(networkFuseType("/database", mounts)).toBeUndefined();
});

test("darwinNetworkMount() refuses mounts that are not marked local", () => {
  const mounts = [
    "/dev/disk3s1 on / (apfs, sealed, local, read-only, journaled)",
    "/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)",
    "//me@server/share on /Volumes/share (smbfs, nodev, nosuid, mounted by me)",
  ].join("\n");
  expect(darwinNetworkMount("/Volumes/share/data", mounts)).toBe("smbfs");
  expect(darwinNetworkMount("/Users/me/data", mounts)).toBeUndefined();
});
