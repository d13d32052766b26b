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

/** Shorter ones stand in ordinary words, which would be mangled. */
const shortestSecret = 4;

/** Replaces known secrets with `***`. */
export function maskKnown(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) if (secret.length >= shortestSecret) masked = masked.replaceAll(secret, "***");
  return masked;
}

/** Replaces known secrets and whatever looks like one with `***`. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const masked = maskKnown(text, secrets);
  return eachSecret.some((shape) => shape.test(masked)) ? masked.replace(anySecret, "***") : masked;
}

/**
 * What every secret has, and little else, so that text is looked through for few bytes at a time. Words are found by
 * comparing many bytes at once. So are short classes of characters where one of them is rare, but not alternatives: hence
 * `prefixEnd`, the end of sk (gsk, csk), pk, rk, hg, ga (hga), ai (xai), lx (pplx), fw, gp (tgp), ey (key), r8, hf, and of
 * GitHub's gho, ghp, ghs, ghu and ghr. A secret begins at most `prefixReach` before it, where any of the words is, or at one
 * of the `awsReach` before `awsKey`, the end of an AWS secret's name.
 */
const words = "Bearer|AIza|AKIA|ASIA|eyJ|github_pat_|xox|-----BEGIN".split("|");
const prefixEnd = /[sprhgalfe][kgaixwpy8fosur][-_](?=[A-Za-z0-9_*.-]{8})/g;
const prefixReach = 2;
const awsKey = /key["'\\\s:=]/gi;
/** How long aws_secret_access_ is, with and without each underscore, and without the access. */
const awsReach = [9, 10, 11, 15, 16, 17, 18] as const;
/** An "a", small or large. */
const awsStart = 0x61;
const letterCase = 0x20;

/**
 * Writes an asterisk over every byte of what looks like a secret, in text of any encoding that contains ASCII. Takes many
 * texts at once, zero bytes between them: those belong to no secret and no word, so each text is masked as it would be
 * alone.
 */
export function maskInPlace(bytes: Buffer): void {
  const text = bytes.toString("latin1");
  const starts = possibleStarts(bytes, text);
  if (starts.length === 0) return;
  const secretAt = new RegExp(anySecret, "y");
  let end = 0;
  for (const start of starts) {
    secretAt.lastIndex = start;
    if (start < end || !secretAt.test(text)) continue;
    end = secretAt.lastIndex;
    bytes.fill("*", start, end);
  }
}

/** Where a secret may begin, ascending. */
function possibleStarts(bytes: Buffer, text: string): readonly number[] {
  const starts: number[] = [];
  for (const word of words) {
    for (let at = bytes.indexOf(word); at !== -1; at = bytes.indexOf(word, at + 1)) starts.push(at);
  }
  for (const { index } of text.matchAll(prefixEnd)) {
    for (let start = Math.max(0, index - prefixReach); start <= index; start++) starts.push(start);
  }
  for (const { index } of text.matchAll(awsKey)) {
    for (const reach of awsReach)
      if (((bytes[index - reach] ?? 0) | letterCase) === awsStart) starts.push(index - reach);
  }
  return starts.sort((a, b) => a - b);
}
