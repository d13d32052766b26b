import type { Target } from "#core/target";

/** What the headers of a request to a provider depend on, beside its target. */
type HeaderNeeds = {
  /** The media type that is asked for. */
  readonly accept: string;
  /** The client's headers that may reach the provider, beside its trace. */
  readonly forwarded: readonly string[];
  readonly clientHeader: (name: string) => string | null;
};

/** The headers of a request to a provider, but for its credentials: constant ones, and the few that the client may add. */
export function upstreamHeaders(
  target: Target,
  { accept, forwarded, clientHeader }: HeaderNeeds,
): Record<string, string> {
  const headers: Record<string, string> = {
    ...target.provider.headers,
    "content-type": "application/json",
    accept,
    "accept-encoding": "identity",
    "user-agent": "headgate",
  };
  const traceparent = clientHeader("traceparent");
  if (traceparent !== null) headers.traceparent = traceparent;
  for (const name of forwarded) {
    const value = clientHeader(name);
    if (value !== null) headers[name] = value;
  }
  return headers;
}
