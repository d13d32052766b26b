import type { StartOptions } from "#config/start-options";
import type { LockFile } from "#supervisor/lock-file";

/** One line of the report; a warning or failure says what to do. */
export type Finding = { readonly level: "ok" | "warn" | "fail"; readonly subject: string; readonly text: string };

export type Examined = {
  readonly options: StartOptions;
  /** The instance that owns the data directory; undefined where none runs. */
  readonly running: LockFile | undefined;
};
