import type { Log } from "#telemetry/log";
import type { Sessions } from "./sessions";

const everyMs = 60_000;

/** Deletes sessions whose time is over, every minute; answers that still go on for them end. */
export function startSessionUpkeep({ endDue }: Pick<Sessions, "endDue">, log: Log): { readonly close: () => void } {
  const timer = setInterval(() => {
    void endDue().catch((err: unknown) => log.error({ err }, "Cannot end sessions whose time is over"));
  }, everyMs);
  return { close: () => clearInterval(timer) };
}
