/** What the Claude generations accept differently. */
export type ModelTraits = {
  /** How extended thinking is asked for: a token budget, or adaptive with an effort (from 4.6 on). */
  readonly thinking: "budget" | "adaptive";
  /** Knows the effort `xhigh` (from 4.7 on). */
  readonly xhigh: boolean;
  /** Takes `temperature`, `top_k` and a `top_p` below 0.99; models released after Claude Opus 4.6 refuse them. */
  readonly sampling: boolean;
};

const claude = /\bclaude-(?:[a-z]+-)?(?:(\d)(?:[-.](\d{1,2})(?!\d))?)?/;

/**
 * Reads the generation out of a model name, whatever stands around it (`anthropic/claude-opus-4.8:thinking`). Claude
 * without a number is taken for the newest, anything else for a look-alike, which know the older forms.
 */
export function modelTraits(model: string): ModelTraits {
  const match = claude.exec(model);
  if (!match) return { thinking: "budget", xhigh: false, sampling: true };
  const generation = match[1] === undefined ? Number.POSITIVE_INFINITY : Number(match[1]) * 100 + Number(match[2] ?? 0);
  return {
    thinking: generation >= 406 ? "adaptive" : "budget",
    xhigh: generation >= 407,
    sampling: generation <= 406,
  };
}
