import { accessSync, constants, mkdirSync } from "node:fs";
import { messageOf } from "#lib/message-of";

/** Makes the data directory where it is missing, for this user only. Throws one line where it cannot be used. */
export function prepareDataDirectory(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(
      `Cannot use the data directory ${dataDir}: ${reason}; make it writable for this user or choose another with --data-dir`,
      { cause: error },
    );
  }
}
