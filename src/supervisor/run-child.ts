import { messageOf } from "#lib/message-of";
import type { Log } from "#telemetry/log";
import { createUnhandledErrors, outliveErrors, type UnhandledErrors } from "#telemetry/unhandled-errors";
import { type Drain, type FromChild, readToChild } from "./messages";

export type ReloadResult = { readonly ok: true } | { readonly ok: false; readonly error: string };

/** What a child does for its supervisor once it runs. */
export type Running = {
  /** Finishes what runs, within the time, and writes everything out. */
  readonly finish: (drain: Drain) => Promise<void>;
  readonly reload?: () => Promise<ReloadResult>;
};

type Parts = {
  readonly log: Log;
  /** Of this program, named in every message to the supervisor. */
  readonly version: string;
  /** How long to finish when the supervisor is gone. */
  readonly drainTimeoutMs: number;
  /** How often to say that it is alive; left out: never. */
  readonly beatMs?: number | undefined;
  readonly start: (send: (message: FromChild) => void) => Promise<Running>;
  /** Takes what nothing handled once the process runs. Before that it ends the process. */
  readonly errors?: UnhandledErrors;
};

/**
 * The child's side of the supervisor's channel: starts, reports that it is ready (or why it cannot be), and serves until
 * a drain is asked for or the supervisor is gone. Ends the process; never returns before.
 */
export async function runChild(parts: Parts): Promise<never> {
  const { log, version } = parts;
  const tell = (message: FromChild): Promise<void> => send({ ...message, version });
  const { promise: asked, resolve: finishWithin } = Promise.withResolvers<Drain>();
  // From the start on: what is done in one go then shows as silence, and one that hangs is not waited for for ever.
  const beat = (): void => void tell({ type: "alive" });
  if (parts.beatMs !== undefined) {
    beat();
    setInterval(beat, parts.beatMs).unref();
  }
  const starting = parts.start((message) => void tell(message));
  // Terminals and service managers signal every process of a group: only the supervisor decides what that means.
  for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"]) process.on(signal, () => undefined);
  process.on("disconnect", () => finishWithin({ timeoutMs: parts.drainTimeoutMs, replaced: false }));
  process.on("message", (value) => {
    const heard = readToChild(value);
    if ("unknown" in heard) log.warn(heard.unknown, "left aside a message that this version does not know");
    else if (heard.message.type === "drain") finishWithin(heard.message);
    else void starting.then(async (running) => tell({ type: "reloaded", ...(await reloadWith(running)) }));
  });
  const endWith = (error: unknown): void => {
    log.error({ err: error }, "ended by an error that nothing handled");
    process.exit(1);
  };
  process.on("uncaughtException", endWith);
  process.on("unhandledRejection", endWith);
  try {
    const running = await Promise.race([starting, asked.then(() => undefined)]);
    // The end was asked for, or the supervisor died, before the start was done: nothing runs that has to be finished.
    if (running === undefined) process.exit(0);
    process.off("uncaughtException", endWith);
    process.off("unhandledRejection", endWith);
    outliveErrors(parts.errors ?? createUnhandledErrors(log));
    await tell({ type: "ready" });
    await running.finish(await asked);
  } catch (error) {
    log.debug({ err: error }, "cannot go on");
    await tell({ type: "fatal", message: messageOf(error) });
    process.exit(1);
  }
  await tell({ type: "drained" });
  process.exit(0);
}

async function reloadWith(running: Running): Promise<ReloadResult> {
  if (running.reload === undefined) return { ok: false, error: "this process has nothing to reload" };
  try {
    return await running.reload();
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
}

/** Resolves when the message has left this process, or there is no supervisor to take it. */
function send(message: FromChild): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected || process.send === undefined) return resolve();
    const done = (): void => {
      process.removeListener("disconnect", done);
      resolve();
    };
    // Bun does not call back for a message whose receiver died before it was taken.
    process.once("disconnect", done);
    process.send(message, undefined, undefined, done);
  });
}
