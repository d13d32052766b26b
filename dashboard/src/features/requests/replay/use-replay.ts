import { useRef, useState } from "react";
import { unreachable } from "#api/problem";
import type { WholeRecord } from "../record";
import { type ReplayResult, sendReplay, useLendKey } from "./send-replay";

export type Run =
  | { readonly state: "running"; readonly model: string }
  | { readonly state: "done"; readonly model: string; readonly result: ReplayResult }
  | { readonly state: "failed"; readonly model: string; readonly error: Error };

/** Sends to all models at once, as one virtual key; each shows itself when it has ended. */
export function useReplay(record: WholeRecord) {
  const [runs, setRuns] = useState<readonly Run[]>([]);
  const [error, setError] = useState<Error | null>(null);
  const stopper = useRef<AbortController>(undefined);
  const lend = useLendKey();
  const put = (index: number, run: Run) => setRuns((before) => before.map((each, at) => (at === index ? run : each)));
  const send = async (body: string, models: readonly string[], virtualKey: string) => {
    setError(null);
    stopper.current = new AbortController();
    const { signal } = stopper.current;
    try {
      const token = await lend(virtualKey);
      setRuns(models.map((model) => ({ state: "running", model })));
      await Promise.all(
        models.map(async (model, index) => {
          try {
            put(index, { state: "done", model, result: await sendReplay({ record, body, model, token }, signal) });
          } catch (cause) {
            put(index, { state: "failed", model, error: signal.aborted ? new Error("Stopped") : unreachable(cause) });
          }
        }),
      );
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)));
    }
  };
  const running = runs.some(({ state }) => state === "running");
  return { runs, error, send, running, stop: () => stopper.current?.abort() };
}
