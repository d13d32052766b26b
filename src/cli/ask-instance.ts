import type { LockFile } from "#supervisor/lock-file";

const timeoutMs = 3000;

/** The address of a path of a running instance, as it is reached from its own machine. */
export function instanceUrl({ host, port, tls }: LockFile, path: string): string {
  const own = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
  return `${tls ? "https" : "http"}://${own}:${port}${path}`;
}

/** Asks within 3 s, whatever its certificate is for. Throws when there is no answer. */
export function askInstance(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(timeoutMs), tls: { rejectUnauthorized: false } });
}
