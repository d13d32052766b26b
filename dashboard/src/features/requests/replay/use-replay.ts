import { useEffect, useRef, useState } from "react";
import type { WholeRecord } from "../record";
import { type ReplayResult, useSendReplay } from "./send-replay";

export type Run =
  | { readonly state: "running"; readonly model: string }
  | { readonly state: "done"; readonly model: string; readonly result: ReplayResult }
  | { readonly state: "failed"; readonly model: string; readonly error: Error };

/** Sends to all models at once, as one virtual key; each shows itself when it has ended. */
export function useReplay(record: WholeRecord) {
  const [runs, setRuns] = useState<readonly Run[]>([]);
  const stopper = useRef<AbortController>(undefined);
  const sendReplay = useSendReplay();
  useEffect(() => () => stopper.current?.abort(), []);
  const send = (body: string, models: readonly string[], key: string) => {
    const stopping = new AbortController();
    stopper.current = stopping;
    const { signal } = stopping;
    const put = (index: number, run: Run) => setRuns((before) => before.map((each, at) => (at === index ? run : each)));
    setRuns(models.map((model) => ({ state: "running", model })));
    for (const [index, model] of models.entries()) {
      sendReplay({ record, body, model, key }, signal).then(
        (result) => put(index, { state: "done", model, result }),
        (error: Error) => put(index, { state: "failed", model, error: signal.aborted ? new Error("Stopped") : error }),
      );
    }
  };
  const running = runs.some(({ state }) => state === "running");
  return { runs, send, running, stop: () => stopper.current?.abort() };
}
