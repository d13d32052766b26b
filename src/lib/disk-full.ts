/** Codes of the system and of SQLite (https://www.sqlite.org/rescode.html) for a disk, or a quota of one, without room. */
const codes: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"]);
const deepest = 5;

/** Whether an error, or one that caused it, says that the disk is full. */
export function isDiskFull(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < deepest && cause instanceof Error; depth++) {
    if ("code" in cause && codes.has(cause.code)) return true;
    if (/database or disk is full|no space left on device/i.test(cause.message)) return true;
    ({ cause } = cause);
  }
  return false;
}
