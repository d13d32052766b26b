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
