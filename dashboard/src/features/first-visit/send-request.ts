import { useMutation } from "@tanstack/react-query";
import { problemFrom, unreachable } from "#api/problem";

export type FirstRequest = { readonly model: string; readonly secret: string };

/** A small request as an application would send it, with the virtual key and without the session. */
export function useSendRequest() {
  return useMutation<void, Error, FirstRequest>({
    mutationFn: async ({ model, secret }) => {
      const response = await fetch("/v1/chat/completions", {
        method: "POST",
        credentials: "omit",
        headers: { "content-type": "application/json", authorization: `Bearer ${secret}` },
        body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }], max_tokens: 64 }),
      }).catch((error) => {
        throw unreachable(error);
      });
      if (!response.ok) throw await errorOf(response);
      await response.arrayBuffer();
    },
  });
}

/** Inference answers errors in the form of its dialect. */
async function errorOf(response: Response): Promise<Error> {
  const copy = response.clone();
  try {
    const body: { readonly error?: { readonly message?: string } } = await copy.json();
    if (body.error?.message !== undefined) return new Error(body.error.message);
  } catch {
    // It was no JSON: told by its status.
  }
  return problemFrom(response);
}
