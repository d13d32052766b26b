/** Why a connection to a provider could not be made or broke. `code` is the system's, or OpenSSL's, or one of ours. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";

  constructor(
    readonly code: string,
    message = code,
  ) {
    super(message);
  }
}

export function closedEarly(): ConnectionError {
  return new ConnectionError("ECONNRESET");
}
