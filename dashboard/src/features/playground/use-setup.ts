import { useMemo } from "react";
import { listField, optionalField, useUrlState } from "#lib/url-state";
import { newSchema } from "./answer-schema";
import type { Setup } from "./body-of";
import type { MockTool } from "./conversation";
import { parameterFields } from "./parameters";
import { useKept } from "./use-kept";

const fields = { model: listField(), key: optionalField(), ...parameterFields };

export const maxModels = 4;

const noTools: readonly MockTool[] = [];

/** Models, key and parameters stand in the address; texts, which may be long or nobody's business, in memory. */
export function useSetup() {
  const [all, set] = useUrlState(fields);
  const [system, setSystem] = useKept("system", "");
  const [tools, setTools] = useKept("tools", noTools);
  const [schema, setSchema] = useKept("schema", newSchema);
  const setup: Setup = useMemo(() => {
    const { model: _model, key: _key, ...parameters } = all;
    return { system, tools, schema, parameters };
  }, [system, tools, schema, all]);
  const models = useMemo(() => [...new Set(all.model)].slice(0, maxModels), [all.model]);
  return { models, key: all.key, setup, set, setSystem, setTools, setSchema };
}

export type SetupState = ReturnType<typeof useSetup>;
