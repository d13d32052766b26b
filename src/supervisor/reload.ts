import type { StartTimer } from "#lib/timer";
import type { Log } from "#telemetry/log";
import type { Child } from "./child";
import type { SupervisedChild } from "./supervised-child";

const reloadTimeoutMs = 30_000;
/** How often it is looked for a successor. */
const pollMs = 20;

type Result = { readonly ok: boolean; readonly error?: string } | "late" | "stopping";

type Parts = {
  readonly control: () => SupervisedChild | undefined;
  readonly isStopping: () => boolean;
  readonly startTimer: StartTimer;
  readonly log: Log;
};

/**
 * Reloads one after the other, for answers do not say which request they belong to. What is asked for while one runs is done
 * once, after it: the file may have changed since that one read it.
 */
export function createReload(parts: Parts): () => Promise<void> {
  let last = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= last.then(() => {
      next = undefined;
      return reload(parts);
    });
    last = next;
    return next;
  };
}

/**
 * Has the control process read the configuration again, and logs what came of it. One that ends meanwhile, of itself or for
 * a restart, is asked no more: its successor reads the file as it starts, and is asked besides.
 */
async function reload(parts: Parts): Promise<void> {
  const { log } = parts;
  const result = await askToReload(parts);
  if (result === "stopping") return;
  if (result === "late") log.error({}, "Cannot reload: the control process gave no answer");
  else if (result.ok) log.info({}, "reloaded the configuration");
  else log.error({ reason: result.error }, "Cannot reload, the old configuration stays in force");
}

async function askToReload({ control, isStopping, startTimer }: Parts): Promise<Result> {
  const late = Promise.withResolvers<"late">();
  const stopTimer = startTimer(() => late.resolve("late"), reloadTimeoutMs);
  let asked: Child | undefined;
  try {
    for (;;) {
      if (isStopping()) return "stopping";
      const child = control()?.current();
      const answer = child === undefined || child === asked ? pause(startTimer) : ask(child);
      asked = child;
      const result = await Promise.race([answer, late.promise]);
      if (result !== undefined) return result;
    }
  } finally {
    stopTimer();
  }
}

/** Undefined where it ended before it answered. */
async function ask(child: Child): Promise<Result | undefined> {
  const answer = child.next("reloaded");
  child.send({ type: "reload" });
  const said = await Promise.race([answer, child.exited]);
  if (!("type" in said)) return undefined;
  return { ok: said.ok, ...(said.error !== undefined && { error: said.error }) };
}

function pause(startTimer: StartTimer): Promise<undefined> {
  return new Promise((resolve) => startTimer(() => resolve(undefined), pollMs));
}
