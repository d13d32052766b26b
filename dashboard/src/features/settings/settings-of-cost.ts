import type { SettingGroup } from "./setting";

/** What a request is held at and charged. */
export const settingsOfCost: readonly SettingGroup[] = [
  {
    title: "Cost",
    note: "What budgets assume where nothing is known",
    settings: [
      {
        name: "require_price",
        label: "Only models with a price",
        help: "Refuses models whose price is unknown. Under a hard money budget they are refused anyway.",
        kind: "flag",
      },
      {
        name: "default_max_output_tokens",
        label: "Longest answer, tokens",
        help: "What a request could produce where neither it nor the model says. Budgets hold that much.",
        kind: "count",
      },
      {
        name: "default_context_tokens",
        label: "Longest input, tokens",
        help: "What a request could read where its input has an unknown length and the model's context is unknown.",
        kind: "count",
      },
      {
        name: "hosted_tool_ceiling_usd",
        label: "Most for hosted tools, USD",
        help: "What tools that the provider runs may cost in one request. Not set: refused under hard money budgets.",
        kind: "money",
      },
      {
        name: "on_tight_budget",
        label: "Requests that do not fit a hard limit",
        help: "What becomes of them before they are refused. A key can say otherwise.",
        kind: "choice",
        options: [
          { value: "cap", label: "limit their output", note: "where the caller named no limit" },
          { value: "cap-any", label: "limit their output always", note: "lowers what the caller asked for, too" },
          { value: "refuse", label: "refuse them" },
        ],
      },
      {
        name: "min_capped_tokens",
        label: "Least output left, tokens",
        help: "Below this a request is refused, not limited: of plain text, with tools or a schema, of models that reason.",
        kind: "amounts",
      },
      {
        name: "budget_wait_ms",
        label: "Longest wait for a budget, ms",
        help: "How long a request waits for what running requests hold of it, before it is refused.",
        kind: "ms",
        words: { "0": "not at all" },
      },
      {
        name: "catalog",
        label: "Prices from an address",
        help: "Where prices and limits of models are fetched, pinned by sha256 or public_key; every: 1d. Null: those that ship.",
        kind: "json",
      },
      {
        name: "on_abort",
        label: "Requests that their client left",
        help: "What they cost. A key can say otherwise.",
        kind: "choice",
        options: [
          { value: "estimate", label: "an estimate", note: "by what was relayed and the time that it took" },
          { value: "full-hold", label: "all that was held" },
          { value: "drain", label: "what the provider says", note: "its answer is read to the end for that" },
        ],
      },
      {
        name: "drain_ms",
        label: "Longest reading on, ms",
        help: "How long an answer is read whose client left, where it costs what the provider says. Then the estimate counts.",
        kind: "ms",
      },
    ],
  },
];
