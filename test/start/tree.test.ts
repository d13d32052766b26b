import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dir, "..", "..");

test.skipIf(!existsSync(join(root, ".git")))(
  "no file that the program needs is hidden from a clone by .gitignore",
  () => {
    const folders = ["bin", "src", "scripts", "docs", "test", "bench"];
    const { stdout, exitCode } = Bun.spawnSync(
      ["git", "ls-files", "--others", "--ignored", "--exclude-standard", ...folders],
      {
        cwd: root,
      },
    );
    expect(exitCode).toBe(0);
    const hidden = stdout
      .toString()
      .split("\n")
      .filter((file) => file !== "" && !/(^|\/)(node_modules|__pycache__|\.pytest_cache)\//.test(file));
    expect(hidden).toEqual([]);
  },
);
