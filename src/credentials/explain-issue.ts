import { secretsOf } from "#config/credentials";
import type { Credentials } from "#config/credentials-schema";

const longest = 300;

/** Why there is no token, in a line that may be shown: what libraries say, without a secret in it. */
export function explainIssue(error: unknown, credentials: Credentials): string {
  const said = error instanceof Error ? error.message : String(error);
  const masked = secretsOf(credentials)
    .flatMap((secret) => [secret, ...secret.split(/\r?\n/).filter((line) => line.length >= 16)])
    .reduce((text, secret) => text.replaceAll(secret, "…"), said)
    // Assertions and tokens of any kind: https://www.rfc-editor.org/rfc/rfc7519
    .replace(/\beyJ[\w-]+(?:\.[\w-]+)*/g, "…");
  const line = masked.replace(/\s+/g, " ").trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line || "the library says nothing";
}
