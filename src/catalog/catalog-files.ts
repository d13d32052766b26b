import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** Catalogs that took the place of the shipped one, each in a file that is called by its SHA-256. */
export type CatalogFiles = {
  /** Puts it on disk and gives its version. */
  readonly keep: (text: string) => string;
  /** Throws where it is not there or not what it is called by. */
  readonly read: (version: string) => string;
  /** Removes all but these. */
  readonly removeOthers: (versions: readonly string[]) => void;
};

export function catalogFiles(dataDir: string): CatalogFiles {
  const directory = join(dataDir, "catalog");
  const pathOf = (version: string) => join(directory, `${version}.txt`);
  return {
    keep: (text) => {
      const version = versionOfText(text);
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      writeWhole(pathOf(version), text);
      return version;
    },
    read: (version) => {
      const text = readFileSync(pathOf(version), "utf8");
      if (versionOfText(text) !== version) throw new Error(`the file of catalog ${version.slice(0, 12)} is torn`);
      return text;
    },
    removeOthers: (versions) => {
      for (const file of readdirSync(directory))
        if (!versions.some((version) => file === `${version}.txt`)) rmSync(join(directory, file), { force: true });
    },
  };
}

/** SHA-256 of its bytes, hex. */
export function versionOfText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** There as a whole or not at all, whatever happens meanwhile. */
function writeWhole(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}.tmp`;
  const fd = openSync(unfinished, "w", 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(unfinished, path);
}
