import type { EditableFields } from "#lib/json-fields";
import type { JsonNode } from "#lib/json-node";
import { effortOfBudget, nearestEffort } from "../../efforts";
import type { MendNotes, MendRule } from "../../mend";
import { someAbove } from "../../mends/marks";
import { budgetOf, smallestBudget } from "../budgets";

/** `thinking`, in a way that the model takes. */
export const thinking: MendRule = ({ can_stop_reasoning: canStop = true, reasoning: ways }) => {
  if (ways === undefined) return undefined;
  return {
    fields: ["thinking"],
    apply: (body, notes) => {
      const asked = body.get("thinking");
      const type = asked?.get("type")?.text();
      if (asked === undefined) return;
      if (!ways.some((way) => said.has(way))) {
        body.remove("thinking");
        if (type !== "disabled") notes.lost("thinking");
      } else if (type === "disabled" && !canStop) {
        body.remove("thinking");
        notes.lost("thinking");
      } else if (type === "enabled" && !ways.includes("budget") && ways.includes("adaptive")) {
        makeAdaptive(body, asked, notes);
      } else if (type === "adaptive" && !ways.includes("adaptive") && ways.includes("budget")) {
        makeBudget(body, asked, notes);
      }
    },
  };
};

/** The ways of asking that `thinking` has words for. */
const said: ReadonlySet<string> = new Set(["adaptive", "budget", "switch"]);

function makeAdaptive(body: EditableFields, asked: JsonNode, notes: MendNotes): void {
  const budget = asked.get("budget_tokens")?.json();
  asked.replace({ type: "adaptive" });
  notes.lost("thinking");
  if (typeof budget !== "number" || body.get("output_config")?.get("effort") !== undefined) return;
  const effort = effortOfBudget(budget);
  const config = body.get("output_config");
  if (config?.isObject === true) config.set("effort", effort);
  else body.set("output_config", { effort });
}

/** Below the output limit, which it is part of; where there is no room for one there is no thinking. */
function makeBudget(body: EditableFields, asked: JsonNode, notes: MendNotes): void {
  const limit = body.get("max_tokens")?.json();
  const effort = body.get("output_config")?.get("effort")?.text();
  const budget = budgetOf(effort ?? "medium", typeof limit === "number" ? limit : Number.POSITIVE_INFINITY);
  notes.lost("thinking");
  if (budget === undefined) body.remove("thinking");
  else asked.replace({ type: "enabled", budget_tokens: budget });
}

/** `output_config.effort`, as far as the model knows efforts. */
export const effort: MendRule = ({ efforts }) => {
  if (efforts === undefined) return undefined;
  return {
    fields: ["output_config", "thinking"],
    apply: (body, notes) => {
      const config = body.get("output_config");
      const asked = config?.get("effort");
      const named = asked?.text();
      const nearest = named === undefined ? undefined : nearestEffort(named, efforts);
      if (asked === undefined || config === undefined || nearest === named) return;
      if (nearest !== undefined) asked.replace(nearest);
      else if (config.names().length > 1) config.remove("effort");
      else body.remove("output_config");
      notes.lost("output_config.effort");
    },
  };
};

/** A limit that the model can hold, and a thinking budget below it. */
export const outputLimit: MendRule = ({ max_output: max }) => {
  if (max === undefined) return undefined;
  return {
    fields: ["max_tokens"],
    concerns: someAbove("max_tokens", max),
    apply: (body, notes) => {
      const limit = body.get("max_tokens");
      const asked = limit?.json();
      if (typeof asked !== "number" || asked <= max) return;
      limit?.replace(max);
      notes.lost("max_tokens");
      const budget = body.get("thinking")?.get("budget_tokens");
      const tokens = budget?.json();
      if (typeof tokens === "number" && tokens >= max) budget?.replace(Math.max(smallestBudget, max - smallestBudget));
    },
  };
};
