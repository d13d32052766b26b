import { closeSync, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Below the ports that systems give to connections of their own: nobody takes one by chance between here and its use. */
const firstPort = 20_000;
const ports = 12_000;
/** A claim is kept as long as a test may run. */
const claimMs = 600_000;

/**
 * A port of 127.0.0.1 that nobody listens on. Suites run side by side and several may listen on one port: each port is
 * claimed by a file, so that no two tests are given the same.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + Math.floor(Math.random() * ports);
    if (claim(port) && (await isFree(port))) return port;
  }
}

function claim(port: number): boolean {
  const folder = join(tmpdir(), "headgate-test-ports");
  const file = join(folder, String(port));
  mkdirSync(folder, { recursive: true });
  try {
    closeSync(openSync(file, "wx"));
    return true;
  } catch {
    const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > claimMs) rmSync(file, { force: true });
    return false;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
