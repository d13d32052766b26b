import type { Target } from "#core/target";

/** The headers of a request to a provider that are the same for every client, but for its credentials. `accept`: the media type that is asked for. */
export function constantHeaders(target: Target, accept: string): Record<string, string> {
  return {
    ...target.provider.headers,
    "content-type": "application/json",
    accept,
    "accept-encoding": "identity",
    "user-agent": "headgate",
  };
}

/** The few that a client may add: its trace, and what its dialect forwards. Undefined where it sends none of them. */
export function clientHeaders(
  forwarded: readonly string[],
  clientHeader: (name: string) => string | null,
): Record<string, string> | undefined {
  let added: Record<string, string> | undefined;
  const traceparent = clientHeader("traceparent");
  if (traceparent !== null) added = { traceparent };
  for (const name of forwarded) {
    const value = clientHeader(name);
    if (value === null) continue;
    added ??= {};
    added[name] = value;
  }
  return added;
}
