import { ControlError } from "#core/control-error";
import type { RequestRecord } from "#core/record";
import type { JsonObject } from "#lib/json";
import { type LogFilter, matchesFilters } from "#store/log/log-filter";

export type LogTailParts = {
  /** What a follower gets of a record. */
  readonly show: (record: RequestRecord) => JsonObject;
  /** Calls the listener with every batch of records as it is stored, until the returned function is called. */
  readonly onRecords: (listener: (records: readonly RequestRecord[]) => void) => () => void;
};

const maxListeners = 32;
/** Records that wait for a listener that reads too slowly; what comes beyond is dropped and counted. */
const maxWaiting = 1000;
const heartBeatMs = 15_000;

export type LogTail = {
  /**
   * Server-sent events: `record` with a record as the API shows it, `dropped` with how many were left out since the one
   * before. Refused with 503 when too many listen already.
   */
  readonly open: (filters: readonly LogFilter[]) => ReadableStream<Uint8Array>;
};

export function createLogTail({ onRecords, show }: LogTailParts): LogTail {
  let listeners = 0;
  return {
    open: (filters) => {
      if (listeners >= maxListeners) {
        throw new ControlError(
          "unavailable",
          `Cannot follow the records: ${maxListeners} listeners follow them already`,
        );
      }
      listeners += 1;
      return tailStream(filters, { onRecords, show }, () => {
        listeners -= 1;
      });
    },
  };
}

function tailStream(
  filters: readonly LogFilter[],
  { onRecords, show }: LogTailParts,
  onEnd: () => void,
): ReadableStream<Uint8Array> {
  let unsubscribe = () => {};
  let heartBeat: ReturnType<typeof setInterval> | undefined;
  let waiting: RequestRecord[] = [];
  let dropped = 0;
  let wake: (() => void) | undefined;
  const add = (records: readonly RequestRecord[]) => {
    for (const record of records) {
      if (!matchesFilters(record, filters)) continue;
      if (waiting.length < maxWaiting) waiting.push(record);
      else dropped += 1;
    }
    if (waiting.length > 0) wake?.();
  };
  const take = (): string => {
    const events = waiting.map((record) => event("record", record.id, JSON.stringify(show(record))));
    if (dropped > 0) events.push(event("dropped", undefined, JSON.stringify({ dropped })));
    waiting = [];
    dropped = 0;
    return events.join("");
  };
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        unsubscribe = onRecords(add);
        // Headers reach the client with the first bytes.
        controller.enqueue(encode(": following\n\n"));
        heartBeat = setInterval(() => {
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encode(": still here\n\n"));
        }, heartBeatMs);
      },
      pull: async (controller) => {
        if (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        wake = undefined;
        controller.enqueue(encode(take()));
      },
      cancel: () => {
        unsubscribe();
        clearInterval(heartBeat);
        wake?.();
        onEnd();
      },
    },
    { highWaterMark: 1 },
  );
}

function event(name: string, id: string | undefined, data: string): string {
  return `event: ${name}\n${id === undefined ? "" : `id: ${id}\n`}data: ${data}\n\n`;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
