import { readFileSync, writeFileSync } from "node:fs";
import { type StartTimer, startTimer } from "#lib/timer";
import type { Log } from "#telemetry/log";

const everyMs = 2000;

/**
 * Looks every two seconds whether the file of the master key is still what was read at the start. Where it was deleted it is
 * put back: what is stored could not be opened by a next start. Another key in its place is left there, and said once.
 */
export function keepMasterKey(
  file: string,
  key: string,
  log: Log,
  start: StartTimer = startTimer,
): { readonly close: () => void } {
  let last: Found = "right";
  const look = (): void => {
    stop = start(look, everyMs);
    const found = whatStands(file, key);
    if (found === "gone") putBack(file, key, log, last !== "gone");
    else if (found === "another" && last !== "another")
      log.error({ file }, "The master key in the file is another by now: the next start could not open what is stored");
    last = found;
  };
  let stop = start(look, everyMs);
  return { close: () => stop() };
}

type Found = "right" | "gone" | "another";

function whatStands(file: string, key: string): Found {
  try {
    return readFileSync(file, "utf8").trim() === key ? "right" : "another";
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT" ? "gone" : "right";
  }
}

function putBack(file: string, key: string, log: Log, isNew: boolean): void {
  try {
    writeFileSync(file, `${key}\n`, { mode: 0o600, flag: "wx" });
    log.warn({ file }, "The file of the master key was gone, it is there again");
  } catch (err) {
    if (isNew) log.error({ err, file }, "The file of the master key is gone and cannot be put back, trying again");
  }
}
