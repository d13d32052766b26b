/**
 * Claude Code's account of itself, in front of its instructions. It is another in every request, so that no other provider
 * would ever find the prompt in its cache: https://github.com/musistudio/claude-code-router/issues/1372
 */
export function isBillingLine(text: string): boolean {
  return text.startsWith("x-anthropic-billing-header:");
}
