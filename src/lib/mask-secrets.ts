/**
 * What credentials look like. Every expression takes time linear in the text, whatever the text is: a run of characters
 * is entered once, from its start, and is given up at its end.
 */
export const secretPatterns = {
  "keys of providers and of Headgate": /\b(?:sk|pk|rk|hg|hga|gsk|xai|csk|pplx|fw|tgp|key|r8|hf)[-_][A-Za-z0-9_*.-]{8,}/,
  "bearer tokens": /\bBearer\s+[A-Za-z0-9._~+/=-]{8,}/,
  "Google keys": /\bAIza[A-Za-z0-9_-]{20,}/,
  "AWS key ids": /\b(?:AKIA|ASIA)[A-Z0-9]{12,}/,
  // Forty characters are a secret only where they are said to be one.
  "AWS secrets": /\baws_?secret_?(?:access_?)?key["'\\]*\s{0,8}[:=]\s{0,8}["'\\]*[A-Za-z0-9/+=]{40}/i,
  "JSON web tokens": /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/,
  "GitHub and Slack tokens":
    /\b(?:gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|xox[abeoprs]-[A-Za-z0-9-]{10,})/,
  "private keys":
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\s\\]*(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/,
} as const;

const sources = Object.values(secretPatterns).map(({ source, flags }) =>
  flags.includes("i") ? `(?i:${source})` : source,
);
const anySecret = new RegExp(sources.join("|"), "g");
/** Nearly every text has none. Looked for one by one, which is twice as fast as all at once: each has a word to look for. */
const eachSecret = sources.map((source) => new RegExp(source));

/** Replaces known secrets and whatever looks like one with `***`. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) if (secret.length >= 4) masked = masked.replaceAll(secret, "***");
  return eachSecret.some((shape) => shape.test(masked)) ? masked.replace(anySecret, "***") : masked;
}

/**
 * Masks whatever looks like a secret in text of any encoding that contains ASCII, with as many asterisks as it had bytes:
 * a length that was noted elsewhere stays true. Returns `bytes` itself where there is none.
 */
export function maskBytes(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  if (!eachSecret.some((shape) => shape.test(text))) return bytes;
  return Buffer.from(
    text.replace(anySecret, (secret) => "*".repeat(secret.length)),
    "latin1",
  );
}
