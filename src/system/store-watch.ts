import type { Log } from "#telemetry/log";

const everyMs = 2000;

type Watched = { readonly lookAfterFile?: () => "in-place" | "restored" | "replaced" };

/**
 * Looks every two seconds whether the configuration's file is still in its place, has it put back where it was deleted, and
 * then calls `reopen`: until then changes went into a file that would not be found again.
 */
export function watchStore(store: Watched, reopen: () => void, log: Log): { readonly close: () => void } {
  const timer = setInterval(() => {
    const found = store.lookAfterFile?.() ?? "in-place";
    if (found === "in-place") return;
    clearInterval(timer);
    log.error(
      {},
      `The configuration's database was ${found === "restored" ? "deleted and is put back" : "replaced"}, opening it anew`,
    );
    reopen();
  }, everyMs);
  return { close: () => clearInterval(timer) };
}
