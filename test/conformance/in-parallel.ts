/** Runs so many at a time. */
export async function inParallel<T>(limit: number, list: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
  const queue = list.values();
  await Promise.all(
    Array.from({ length: limit }, async () => {
      for (const one of queue) await run(one);
    }),
  );
}
