import type { StartOptions } from "#config/start-options";
import type { LockFile } from "#supervisor/lock-file";

/** What doctor looks at. */
export type Examined = {
  readonly options: StartOptions;
  /** The instance that owns the data directory; undefined where none runs. */
  readonly running: LockFile | undefined;
};
