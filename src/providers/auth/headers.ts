import type { DialectName } from "#core/completion";
import type { Target } from "#core/target";

/** What a client's header may reach a provider, by the dialect that both speak. Everything else stays here. */
const forwarded: { readonly [D in DialectName]: readonly string[] } = {
  "openai-chat": ["openai-beta"],
  "anthropic-messages": ["anthropic-beta", "anthropic-version"],
};

/** The headers of a request to a provider: constant ones, its credentials, and the few that the client may add. */
export function upstreamHeaders(
  target: Target,
  stream: boolean,
  clientDialect: DialectName,
  clientHeader: (name: string) => string | null,
): { readonly [name: string]: string } {
  const headers: Record<string, string> = {
    ...target.provider.headers,
    "content-type": "application/json",
    accept: stream ? "text/event-stream" : "application/json",
    "accept-encoding": "identity",
    "user-agent": "headgate",
  };
  addCredentials(headers, target);
  const traceparent = clientHeader("traceparent");
  if (traceparent !== null) headers.traceparent = traceparent;
  if (clientDialect !== target.dialect.name) return headers;
  for (const name of forwarded[clientDialect]) {
    const value = clientHeader(name);
    if (value !== null) headers[name] = value;
  }
  return headers;
}

function addCredentials(headers: Record<string, string>, { provider, key }: Target): void {
  if (key.secret === "") return;
  switch (provider.auth) {
    case "bearer":
      headers.authorization = `Bearer ${key.secret}`;
      break;
    case "x-api-key":
      headers["x-api-key"] = key.secret;
      break;
    case "none":
      break;
  }
}
