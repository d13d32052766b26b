import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { unreachable } from "./problem";
import { useCall } from "./use-call";

export type ModelRequest = {
  /** Id or name of the virtual key that pays. */
  readonly key: string;
  /** Of the gateway, such as `/v1/chat/completions`. */
  readonly path: string;
  readonly body: unknown;
  readonly headers?: { readonly [name: string]: string };
  readonly signal?: AbortSignal;
  /** Called as it goes out: for whoever takes the time. */
  readonly onSend?: () => void;
};

/** Answers as the gateway does, its refusals too; throws `ApiProblem` where the key cannot be lent or nothing answers. */
export type AskModel = (request: ModelRequest) => Promise<Response>;

/** Within the ten minutes for which a key is lent. */
const lentMs = 9 * 60_000;

/**
 * Asks a model as an application would: the session's cookie opens none, so a virtual key lends a token that is the key in
 * every limit, budget and record.
 */
export function useAskModel(): AskModel {
  const call = useCall();
  const client = useQueryClient();
  return useCallback(
    async (request) => {
      const { key } = request;
      const queryKey = ["playground-tokens", key];
      const lend = () =>
        client.fetchQuery({
          queryKey,
          queryFn: ({ signal }) => call("POST /api/playground/tokens", { body: { virtual_key: key }, signal }),
          staleTime: lentMs,
          gcTime: lentMs,
        });
      const response = await send(request, (await lend()).token);
      if (response.status !== 401) return response;
      // The key was rotated since, or the gateway was restarted and has forgotten what was lent.
      client.removeQueries({ queryKey });
      return send(request, (await lend()).token);
    },
    [call, client],
  );
}

async function send(request: ModelRequest, token: string): Promise<Response> {
  const { path, body, headers, signal, onSend } = request;
  onSend?.();
  try {
    return await fetch(path, {
      method: "POST",
      headers: { ...headers, authorization: `Bearer ${token}`, "content-type": "application/json" },
      credentials: "omit",
      cache: "no-store",
      body: JSON.stringify(body),
      ...(signal !== undefined && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable(error);
  }
}
