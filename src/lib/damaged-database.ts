const codes: ReadonlySet<unknown> = new Set(["SQLITE_CORRUPT", "SQLITE_NOTADB"]);
const words = /file is not a database|database disk image is malformed/;
const deepest = 5;

/** Whether an error, or one that caused it, says that a database's file is damaged (https://www.sqlite.org/rescode.html). */
export function isDamage(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < deepest && cause instanceof Error; depth++) {
    if ("code" in cause && codes.has(cause.code)) return true;
    // Errors of threads arrive as their words.
    if (words.test(cause.message)) return true;
    ({ cause } = cause);
  }
  return false;
}
