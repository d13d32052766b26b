import { useMemo } from "react";
import { listField, optionalField, useUrlState } from "#lib/url-state";
import type { Setup } from "./body-of";
import type { MockTool } from "./conversation";
import { parameterFields } from "./parameters";
import { useKept } from "./use-kept";

const fields = { model: listField(), key: optionalField(), ...parameterFields };

export const maxModels = 4;

const noTools: readonly MockTool[] = [];

/** Models, key and parameters stand in the address; texts, which may be long or nobody's business, in memory. */
export function useSetup() {
  const [{ model, key, ...parameters }, set] = useUrlState(fields);
  const [system, setSystem] = useKept("system", "");
  const [tools, setTools] = useKept("tools", noTools);
  const { max, temperature, top_p, effort, json } = parameters;
  const setup: Setup = useMemo(
    () => ({ system, tools, parameters: { max, temperature, top_p, effort, json } }),
    [system, tools, max, temperature, top_p, effort, json],
  );
  const models = useMemo(() => [...new Set(model)].slice(0, maxModels), [model]);
  return { models, key, setup, set, setSystem, setTools };
}

export type SetupState = ReturnType<typeof useSetup>;
