/** What becomes of a request that does not fit a hard limit: its output may be limited, where the client named no limit or even then. */
export const tightBudgetPolicies = ["cap", "refuse", "cap-any"] as const;
export type TightBudgetPolicy = (typeof tightBudgetPolicies)[number];

/** The least output that a request is limited to, in tokens. */
export type CapFloors = {
  readonly text: number;
  /** With tools or a JSON schema: what is cut off there is worth nothing. */
  readonly tools: number;
  /** Of models that reason before they answer. */
  readonly reasoning: number;
};

/** What holds for tight budgets where no setting says otherwise. */
export const budgetDefaults = {
  onTight: "cap",
  minCappedTokens: { text: 1024, tools: 8192, reasoning: 25_000 },
  waitMs: 2000,
} as const satisfies {
  readonly onTight: TightBudgetPolicy;
  readonly minCappedTokens: CapFloors;
  readonly waitMs: number;
};
