import type { Log } from "#telemetry/log";

const everyMs = 2000;

const damaged =
  "The configuration's database is damaged: what is configured holds for as long as this process lives; stop, put a backup of config.sqlite in its place and start";

type Watched = { readonly lookAfterFile?: () => "in-place" | "restored" | "replaced" | "damaged" };

/**
 * Looks every two seconds whether the configuration's file is still in its place, has it put back where it was deleted or cut
 * off, and then calls `reopen`: until then changes went into a file that would not be found again. It looks a last time as it closes:
 * a successor would find nothing.
 */
export function watchStore(store: Watched, reopen: () => void, log: Log): { readonly close: () => void } {
  let isDamageTold = false;
  /** Whether there is no other file to open. */
  const look = (): boolean => {
    const found = store.lookAfterFile?.() ?? "in-place";
    if (found === "in-place") return true;
    if (found === "damaged") {
      if (!isDamageTold) log.error({}, damaged);
      isDamageTold = true;
      return true;
    }
    const what = found === "restored" ? "deleted or cut off and is put back" : "replaced";
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
