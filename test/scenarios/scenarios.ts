import { clientScenarios } from "./rows-clients.ts";
import { connectionScenarios } from "./rows-connections.ts";
import { failureScenarios } from "./rows-failures.ts";
import { statusScenarios } from "./rows-statuses.ts";
import { streamScenarios } from "./rows-streams.ts";
import type { Scenario } from "./scenario.ts";

/** The whole table, by where it goes wrong. */
export const chapters: readonly { readonly title: string; readonly scenarios: readonly Scenario[] }[] = [
  { title: "Error statuses", scenarios: statusScenarios },
  { title: "What errors say", scenarios: failureScenarios },
  { title: "Before an answer", scenarios: connectionScenarios },
  { title: "In an answer", scenarios: streamScenarios },
  { title: "Clients and limits", scenarios: clientScenarios },
];
