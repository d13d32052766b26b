/**
 * Throws an error where it breaks off nothing: the process's listener for errors that nothing handled logs and counts it.
 * For loops over tasks that have nothing to do with each other.
 */
export function throwApart(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
