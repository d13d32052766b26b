import { expect, test } from "bun:test";
import { join } from "node:path";
import { countOpenFiles, openFilesLimit } from "./open-files";

test("openFilesLimit() is the hard limit, to which the runtime raises the soft one", () => {
  const script = `console.log((await import(${JSON.stringify(join(import.meta.dir, "open-files.ts"))})).openFilesLimit())`;
  const command = `ulimit -Sn 200 && ulimit -Hn 500 && exec "$0" -e '${script}'`;
  const { stdout } = Bun.spawnSync(["sh", "-c", command, process.execPath]);
  expect(stdout.toString().trim()).toBe("500");
});

test("countOpenFiles() counts what is open", () => {
  const before = countOpenFiles();
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  expect(countOpenFiles()).toBeGreaterThan(before);
  listener.stop(true);
  expect(openFilesLimit()).toBeGreaterThan(before);
});
