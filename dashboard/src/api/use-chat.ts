import { useCallback } from "react";
import { type ChatRun, streamChat, streamed } from "./stream-chat";
import { useAskModel } from "./use-ask-model";

type Input = {
  /** Id or name of the virtual key that pays. */
  readonly key: string;
  /** A chat completion; it is streamed, with its usage. */
  readonly body: object;
  readonly signal: AbortSignal;
  /** Hears of the run as it goes on, its end included. */
  readonly onProgress: (run: ChatRun) => void;
};

/** Asks a model for a chat completion as a virtual key, and never throws: the run says how it went. */
export function useChat(): (input: Input) => Promise<ChatRun> {
  const ask = useAskModel();
  return useCallback(
    ({ key, body, signal, onProgress }) =>
      streamChat({
        ask: (onSend) => ask({ key, path: "/v1/chat/completions", body: streamed(body), signal, onSend }),
        signal,
        onProgress,
      }),
    [ask],
  );
}
