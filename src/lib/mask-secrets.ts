/** Shapes of well-known credentials: provider keys, our own keys, bearer tokens, AWS and Google keys. */
const secretShapes =
  /\b(?:sk|pk|rk|hg|hga|gsk|xai|csk|pplx|fw|tgp|key|r8|hf)[-_][A-Za-z0-9_*.-]{8,}|\bAIza[A-Za-z0-9_-]{20,}|\bAKIA[A-Z0-9]{12,}|\bBearer\s+[A-Za-z0-9._~+/=-]{8,}/g;

/** Replaces known secrets and whatever looks like one with `***`. For text that a provider wrote. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) if (secret.length >= 4) masked = masked.replaceAll(secret, "***");
  return masked.replace(secretShapes, "***");
}
