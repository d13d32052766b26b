import pino from "pino";

/** Writes one JSON line to stderr per event that matters. Secrets are kept out by never being passed. */
export type Log = {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
};

type LogLine = (fields: object, message: string) => void;

/** `process` is `supervisor`, `control` or `worker-<index>`; an `err` field is written with its stack and cause. */
export function createLog(options: { readonly level: string; readonly process: string }): Log {
  return pino(
    {
      level: options.level,
      base: { process: options.process, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
