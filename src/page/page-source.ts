import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isObject, stringOf, tryParseJson } from "#lib/json";

/** Where the built files of the dashboard come from. */
export type PageSource = {
  /** Changes with every build; undefined while nothing is built. */
  readonly version: () => string | undefined;
  /** A file by its path below the folder, such as `assets/main-1a2b.js`; undefined where there is none. */
  readonly read: (path: string) => Uint8Array | undefined;
};

/** The folder that a build writes, `index.html` last. It may be built, or built anew, while we serve. */
export function folderSource(folder: string): PageSource {
  return {
    version: () => {
      const stats = statSync(join(folder, "index.html"), { throwIfNoEntry: false });
      return stats?.isFile() === true ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : undefined;
    },
    read: (path) => {
      const file = join(folder, path);
      return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file) : undefined;
    },
  };
}

/**
 * The one file that holds a whole build inside the single executable, written by `scripts/build-binary.mjs`: a JSON object
 * of the files' contents in base64, by path. Undefined where there is no such file.
 */
export function packSource(file: string): PageSource | undefined {
  const text = readIfThere(file);
  const files = text === undefined ? undefined : tryParseJson(text);
  if (!isObject(files)) return undefined;
  return {
    version: () => "packed",
    read: (path) => {
      const content = Object.hasOwn(files, path) ? stringOf(files, path) : undefined;
      return content === undefined ? undefined : Buffer.from(content, "base64");
    },
  };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
