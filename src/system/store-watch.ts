import type { Log } from "#telemetry/log";

const everyMs = 2000;

type Watched = { readonly lookAfterFile?: () => "in-place" | "restored" | "replaced" };

/**
 * Looks every two seconds whether the configuration's file is still in its place, has it put back where it was deleted, and
 * then calls `reopen`: until then changes went into a file that would not be found again. It looks a last time as it closes:
 * a successor would find nothing.
 */
export function watchStore(store: Watched, reopen: () => void, log: Log): { readonly close: () => void } {
  /** Whether it is still in its place. */
  const look = (): boolean => {
    const found = store.lookAfterFile?.() ?? "in-place";
    if (found === "in-place") return true;
    const what = found === "restored" ? "deleted and is put back" : "replaced";
    log.error({}, `The configuration's database was ${what}, it is to be opened anew`);
    return false;
  };
  const timer = setInterval(() => {
    if (look()) return;
    clearInterval(timer);
    reopen();
  }, everyMs);
  return {
    close: () => {
      clearInterval(timer);
      look();
    },
  };
}
