import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { type ChatRun, streamChat } from "./stream-chat";
import { useCall } from "./use-call";

type Input = Omit<Parameters<typeof streamChat>[0], "token"> & {
  /** Id or name of the virtual key that pays. */
  readonly key: string;
};

/** Within the ten minutes for which a key is lent. */
const lentMs = 9 * 60_000;

/** Asks a model as a virtual key, by a token that the key lends. Rejects where the key cannot be lent. */
export function useChat(): (input: Input) => Promise<ChatRun> {
  const call = useCall();
  const client = useQueryClient();
  return useCallback(
    async ({ key, ...input }) => {
      const queryKey = ["playground-tokens", key];
      const lend = () =>
        client.fetchQuery({
          queryKey,
          queryFn: ({ signal }) => call("POST /api/playground/tokens", { body: { virtual_key: key }, signal }),
          staleTime: lentMs,
          gcTime: lentMs,
        });
      const run = await streamChat({ ...input, token: (await lend()).token });
      if (run.status !== 401) return run;
      // The key was rotated since, or the gateway was restarted and has forgotten what was lent.
      client.removeQueries({ queryKey });
      return streamChat({ ...input, token: (await lend()).token });
    },
    [call, client],
  );
}
